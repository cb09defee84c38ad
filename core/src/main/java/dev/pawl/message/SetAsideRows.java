package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Reads what was set aside. The parts that wait for one message share one row, and so one {@link SetAside#id}.
 *
 * @param rows where it stands
 */
record SetAsideRows(MessageRows rows) {

    private static final char SLASH = '/';

    /** A row with the events in it. */
    record Kept(Key key, List<RawEvent> events) {}

    /**
     * A place in the listing: so many events of the row at this position were listed.
     *
     * @param listed how many events of that row, or {@link #ALL}
     */
    private record Cursor(Position position, int listed) {

        static final int ALL = -1;

        Scan continued(Scan scan) {
            return listed == ALL ? scan.after(position) : scan.from(position);
        }

        static Cursor parse(String text) {
            String[] parts = text.split("\\.", -1);
            try {
                if (parts.length == 4) {
                    return new Cursor(
                            new Position(Long.parseLong(parts[0]), plain(parts[2]), plain(parts[3])),
                            Integer.parseInt(parts[1]));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("this is no cursor of a listing of what was set aside", e);
            }
            throw new IllegalArgumentException("this is no cursor of a listing of what was set aside");
        }

        private static String plain(String encoded) {
            return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
        }

        private static String encoded(String plain) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        }

        String text() {
            return position.order() + "." + listed + "." + encoded(position.partition()) + "." + encoded(position.id());
        }
    }

    /** Lists events, the oldest first. */
    Page<SetAside, String> list(Optional<String> after, int limit) {
        Optional<Cursor> cursor = after.map(Cursor::parse);
        Scan all = Scan.of(Family.SET_ASIDE).limit(limit);
        Page<Row, Position> page =
                rows.scan(cursor.map(from -> from.continued(all)).orElse(all));
        List<SetAside> events = new ArrayList<>();
        for (Row row : page.items()) {
            List<SetAside> some = events(row);
            int listed = cursor.filter(from -> from.position().equals(row.position()))
                    .map(Cursor::listed)
                    .orElse(0);
            for (int i = listed; i < some.size(); i++) {
                if (events.size() == limit) {
                    return new Page<>(events, Optional.of(new Cursor(row.position(), i).text()));
                }
                events.add(some.get(i));
            }
        }
        return new Page<>(events, page.next().map(last -> new Cursor(last, Cursor.ALL).text()));
    }

    private List<SetAside> events(Row row) {
        JsonValue value = rows.value(row);
        String reason = row.key().partition();
        String problem = value instanceof JsonObject object
                ? ProtoJson.text(object, "problem").orElse("")
                : "belongs to a message that is not there";
        List<SetAside> events = new ArrayList<>();
        for (RawEvent event : Aside.events(value)) {
            events.add(new SetAside(
                    reason + SLASH + row.key().id(), reason, problem, Instant.ofEpochSecond(row.order()), event));
        }
        return events;
    }

    /** The row of an id as {@link SetAside#id} has it. */
    Optional<Kept> find(String id) {
        int slash = id.indexOf(SLASH);
        if (slash < 0) {
            return Optional.empty();
        }
        Key key = new Key(Family.SET_ASIDE, id.substring(0, slash), id.substring(slash + 1));
        return rows.get(key).map(row -> new Kept(key, Aside.events(rows.value(row))));
    }
}
