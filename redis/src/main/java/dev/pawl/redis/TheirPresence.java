package dev.pawl.redis;

import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What zaileys says of somebody's presence, among the rows of a listing: it knows no chats, so it stands in the one with
 * just him.
 */
final class TheirPresence {

    private TheirPresence() {}

    /**
     * Puts a row into a page, in the place of an older one of the same key.
     *
     * @param page of the partition of that row
     * @param row what zaileys has, if it has anything
     */
    static Page<Row, Position> into(Page<Row, Position> page, Scan scan, Optional<Row> row) {
        if (row.isEmpty() || page.items().stream().anyMatch(row.get()::equals)) {
            return page;
        }
        Position position = row.get().position();
        List<Row> items = new ArrayList<>(page.items());
        items.removeIf(old -> old.key().equals(row.get().key()));
        boolean here = page.next()
                .map(next -> scan.backwards() ? position.compareTo(next) >= 0 : position.compareTo(next) <= 0)
                .orElse(true);
        if (here && isWithin(scan, position)) {
            items.add(
                    scan.keysOnly()
                            ? new Row(
                                    row.get().key(),
                                    row.get().order(),
                                    Bytes.EMPTY,
                                    row.get().facets())
                            : row.get());
            Comparator<Row> order = Comparator.comparing(Row::position);
            items.sort(scan.backwards() ? order.reversed() : order);
        }
        if (items.size() <= scan.limit()) {
            return new Page<>(items, page.next());
        }
        items.remove(items.size() - 1);
        return new Page<>(items, Optional.of(items.get(items.size() - 1).position()));
    }

    /** Whether a listing goes over a position. */
    static boolean isWithin(Scan scan, Position position) {
        boolean above = scan.lower()
                .map(bound -> position.compareTo(bound.position()) >= (bound.inclusive() ? 0 : 1))
                .orElse(true);
        return above
                && scan.upper()
                        .map(bound -> position.compareTo(bound.position()) <= (bound.inclusive() ? 0 : -1))
                        .orElse(true);
    }
}
