package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the messages of a conversation that stand in one partition or in two as if they stood in one.
 *
 * <p>Both partitions are read from the same place, and the rows merged by their order and id. Two rows of one id are one
 * message: it is given as {@link TwinRules} make it one, at the place that it has then.
 *
 * @param rows reads the rows
 * @param aliases who is who
 * @param addresses the partitions, that of the canonical address first
 * @param merging whether messages may stand in both, so that the ids of a page are also looked up in the other partition
 */
record MergedScan(MessageRows rows, Aliases aliases, List<String> addresses, boolean merging) {

    /** The order of messages in a conversation: by second, then by the bytes of their row ids. */
    static final Comparator<PageCursor> OLDEST_FIRST =
            Comparator.comparingLong(PageCursor::order).thenComparing(PageCursor::row, Key.BYTE_ORDER);

    /** The messages of a conversation, under all addresses it is known by. */
    static MergedScan of(MessageRows rows, Aliases aliases, String chat) {
        List<String> addresses = addresses(aliases, chat);
        return new MergedScan(rows, aliases, addresses, addresses.size() > 1 && aliases.isMerging(chat));
    }

    /** All addresses of somebody, or of a conversation, the canonical one first. */
    static List<String> addresses(Aliases aliases, String jid) {
        Set<String> addresses = new LinkedHashSet<>();
        addresses.add(aliases.canonical(jid));
        addresses.addAll(aliases.addresses(jid));
        return List.copyOf(addresses);
    }

    /** What to read for a request. */
    static Scan part(PageRequest request) {
        Scan scan = Scan.of(Family.MESSAGE).limit(request.limit());
        Optional<Position> cursor = request.cursor().map(place -> place.position(""));
        Optional<Position> end = request.before()
                .filter(second -> second.getEpochSecond() <= Row.MAX_ORDER)
                .map(second -> Position.of(Math.max(0, second.getEpochSecond())));
        if (!request.newestFirst()) {
            Scan upTo = end.map(scan::before).orElse(scan);
            return cursor.map(upTo::after).orElse(upTo);
        }
        Optional<Position> nearer = cursor.map(
                place -> end.filter(other -> other.compareTo(place) < 0).orElse(place));
        return nearer.or(() -> end).map(scan::before).orElse(scan).descending();
    }

    /**
     * Reads a page.
     *
     * @param part which part of the conversation, in which direction and how much of it; without a partition
     */
    Page<Row, PageCursor> page(Scan part) {
        if (addresses.size() == 1) {
            Page<Row, Position> page = rows.scan(part.in(addresses.get(0)));
            return new Page<>(page.items(), page.next().map(PageCursor::at));
        }
        Page<Row, PageCursor> page = merged(part);
        while (page.items().isEmpty() && page.next().isPresent()) {
            page = merged(part.after(page.next().get().position("")));
        }
        return page;
    }

    /** Reads so many rows, or as many as there are; a backend may cut its pages by their size. */
    List<Row> take(Scan part, int most) {
        List<Row> taken = new ArrayList<>();
        Optional<Scan> next = Optional.of(part);
        while (next.isPresent() && taken.size() < most) {
            Page<Row, PageCursor> page = page(next.get().limit(Math.min(MessageRows.PAGE, most - taken.size())));
            taken.addAll(page.items());
            next = page.next().map(place -> part.after(place.position("")));
        }
        return taken;
    }

    private Page<Row, PageCursor> merged(Scan part) {
        Comparator<PageCursor> direction = part.backwards() ? OLDEST_FIRST.reversed() : OLDEST_FIRST;
        List<Row> read = new ArrayList<>();
        Optional<PageCursor> horizon = Optional.empty();
        // The canonical one last: who merges moves messages there, and would take them past who has read it already.
        for (int i = addresses.size() - 1; i >= 0; i--) {
            Page<Row, Position> page = rows.scan(part.in(addresses.get(i)));
            read.addAll(0, page.items());
            Optional<PageCursor> end = page.next().map(PageCursor::at);
            Optional<PageCursor> known = horizon;
            horizon = end.map(place -> known.filter(other -> direction.compare(other, place) < 0)
                            .orElse(place))
                    .or(() -> known);
        }
        // The sort is stable: of two rows at one place that of the first partition comes first.
        read.sort(Comparator.comparing(row -> PageCursor.at(row.position()), direction));
        return cut(read, horizon, direction, part.limit());
    }

    /**
     * @param horizon up to where both partitions were read; what is behind it in one may have something before it in the
     *     other
     */
    private Page<Row, PageCursor> cut(
            List<Row> read, Optional<PageCursor> horizon, Comparator<PageCursor> direction, int limit) {
        List<Row> taken = new ArrayList<>();
        Optional<PageCursor> last = Optional.empty();
        for (Row row : read) {
            PageCursor place = PageCursor.at(row.position());
            if (horizon.isPresent() && direction.compare(place, horizon.get()) > 0) {
                break;
            }
            if (last.equals(Optional.of(place))) {
                continue;
            }
            if (taken.size() == limit) {
                return new Page<>(onePerMessage(taken), last);
            }
            taken.add(row);
            last = Optional.of(place);
        }
        return new Page<>(onePerMessage(taken), horizon);
    }

    /**
     * Leaves out rows whose message has its place elsewhere: there it is listed. They are read once more, both at
     * one moment, since they may have been merged after one was read and before the other was.
     */
    private List<Row> onePerMessage(List<Row> page) {
        if (!merging || page.isEmpty()) {
            return page;
        }
        List<Key> places = new ArrayList<>();
        for (Row row : page) {
            places.add(row.key());
            places.addAll(otherPlaces(row.key()));
        }
        Map<Key, Row> found = rows.get(places);
        List<Row> messages = new ArrayList<>();
        for (Row row : page) {
            one(row.key(), found).filter(one -> one.order() == row.order()).ifPresent(messages::add);
        }
        return messages;
    }

    /** The message that stands at this key, or under the other address, at the place that it has when they are one. */
    private Optional<Row> one(Key key, Map<Key, Row> found) {
        Optional<Row> one = Optional.ofNullable(found.get(key));
        for (Key other : otherPlaces(key)) {
            Row twin = found.get(other);
            if (twin != null) {
                one = Optional.of(one.map(row -> rank(twin) < rank(row) ? united(twin, row) : united(row, twin))
                        .orElse(twin));
            }
        }
        return one;
    }

    private Row united(Row first, Row other) {
        JsonObject json = rows.object(first);
        JsonObject united =
                TwinRules.united(json, rows.object(other), aliases).row().orElse(json);
        Bytes value = united == json ? first.value() : united.toBytes();
        // as the writer orders it that makes them one
        long order = MessageTimes.place(united).orElse(Math.min(first.order(), other.order()));
        return new Row(first.key(), Math.min(Row.MAX_ORDER, order), value, first.facets());
    }

    /**
     * The message of several rows.
     *
     * @param same at least one; of those in one partition that first which stays when they become one
     */
    Row best(List<Row> same) {
        List<Row> ranked = new ArrayList<>(same);
        ranked.sort(Comparator.comparingInt(this::rank));
        Row best = ranked.get(0);
        for (Row other : ranked.subList(1, ranked.size())) {
            best = united(best, other);
        }
        return best;
    }

    private int rank(Row row) {
        return addresses.indexOf(row.key().partition());
    }

    /** Where else in the conversation a row of the same message may stand. */
    List<Key> otherPlaces(Key key) {
        List<Key> places = new ArrayList<>();
        for (String address : addresses) {
            if (!address.equals(key.partition())) {
                places.add(new Key(key.family(), address, key.id()));
            }
        }
        return places;
    }
}
