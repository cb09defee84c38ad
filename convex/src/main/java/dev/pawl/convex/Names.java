package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** What rows are called in the table: as zaileys calls them where that says which row it is, else with a name of ours. */
final class Names {

    private static final String WAITING = "waiting";
    private static final String OURS = "pawl:";

    private Names() {}

    /**
     * Names from one on, up to another.
     *
     * @param from the first possible name
     * @param to the first name behind
     */
    record Range(String from, String to) {}

    /** The namespace of a session. */
    static String namespace(String base, SessionName session) {
        return session.equals(SessionName.DEFAULT) ? base : base + "/" + session.name();
    }

    /** What a family is called in the table. */
    static String family(Family family) {
        return family.name().toLowerCase(Locale.ROOT);
    }

    /** What a row is called. Two rows never have one name. */
    static String of(Key key) {
        return theirs(key)
                .filter(name -> parse(name).equals(Optional.of(key)))
                .orElseGet(() -> own(key.family()) + key.partition().length() + ":" + key.partition() + ":" + key.id());
    }

    /** The row of this name; empty when no row is called so. */
    static Optional<Key> parse(String name) {
        if (name.equals("creds")) {
            return Optional.of(Key.CREDENTIALS);
        }
        int colon = name.indexOf(':');
        String rest = name.substring(colon + 1);
        return switch (name.substring(0, colon + 1)) {
            case "signal:" -> cut(Family.KEY, rest, rest.indexOf(':'));
            case "msg:" -> cut(Family.MESSAGE, rest, rest.indexOf(':', Math.max(0, rest.indexOf('@'))));
            case "chat:" -> Optional.of(Key.of(Family.CHAT, rest));
            case "contact:" -> Optional.of(Key.of(Family.CONTACT, rest));
            case "presence:" -> Optional.of(new Key(Family.PRESENCE, rest, rest));
            case "job:" -> Optional.of(new Key(Family.JOB, WAITING, rest));
            case OURS -> ours(rest);
            default -> Optional.empty();
        };
    }

    /** The names that zaileys gives to rows of a family, where it has any; no rows of other families are among them. */
    static Optional<Range> range(Family family) {
        return switch (family) {
            case CREDENTIALS -> Optional.of(new Range("creds", "creds\u0000"));
            case KEY -> behind("signal");
            case MESSAGE -> behind("msg");
            case CHAT -> behind("chat");
            case CONTACT -> behind("contact");
            case PRESENCE -> behind("presence");
            case JOB -> behind("job");
            default -> Optional.empty();
        };
    }

    /** The names of ours for rows of a family. */
    static String own(Family family) {
        return OURS + family(family) + ":";
    }

    /** Where a row stands in its partition, at the order below where it has one between two. */
    static long order(Key key, Stored stored) {
        return order(key, stored, false);
    }

    /**
     * Where a row stands in its partition. Of a chat that zaileys wrote its JSON says so.
     *
     * @param up whether one between two orders has the one above: a listing that goes on to it from below finds it there,
     *     and one from above where it has the one below
     */
    static long order(Key key, Stored stored, boolean up) {
        if (stored.sortKey().isPresent()) {
            double order = stored.sortKey().getAsDouble();
            // No number becomes 0, and what is too big or too small the nearest.
            return Math.max(0, Math.min(Row.MAX_ORDER, (long) (up ? Math.ceil(order) : order)));
        }
        return key.family() == Family.CHAT ? activity(stored.value()) : 0;
    }

    private static Optional<Range> behind(String word) {
        return Optional.of(new Range(word + ":", word + ";"));
    }

    private static Optional<String> theirs(Key key) {
        String alone = key.partition().isEmpty() ? key.id() : "";
        return switch (key.family()) {
            case CREDENTIALS -> Optional.of("creds");
            case KEY -> Optional.of("signal:" + key.partition() + ":" + key.id());
            case MESSAGE -> Optional.of("msg:" + key.partition() + ":" + key.id());
            case CHAT -> Optional.of("chat:" + alone);
            case CONTACT -> Optional.of("contact:" + alone);
            case PRESENCE -> Optional.of("presence:" + key.id());
            case JOB -> Optional.of("job:" + key.id());
            default -> Optional.empty();
        };
    }

    private static Optional<Key> cut(Family family, String rest, int colon) {
        return colon < 0
                ? Optional.empty()
                : Optional.of(new Key(family, rest.substring(0, colon), rest.substring(colon + 1)));
    }

    private static Optional<Key> ours(String rest) {
        String[] parts = rest.split(":", 3);
        if (parts.length < 3 || !parts[1].matches("\\d{1,6}")) {
            return Optional.empty();
        }
        int length = Integer.parseInt(parts[1]);
        String names = parts[2];
        for (Family family : Family.values()) {
            if (family(family).equals(parts[0]) && names.length() > length && names.charAt(length) == ':') {
                return cut(family, names, length);
            }
        }
        return Optional.empty();
    }

    private static long activity(String chat) {
        try {
            return JsonValue.parse(chat) instanceof JsonObject json
                    ? json.get("conversationTimestamp").map(Names::seconds).orElse(0L)
                    : 0;
        } catch (JsonException damaged) {
            // Whoever reads it is told; here it only needs a place.
            return 0;
        }
    }

    private static long seconds(JsonValue time) {
        if (time instanceof JsonNumber number) {
            return Math.max(0, Math.min(Row.MAX_ORDER, (long) number.doubleValue()));
        }
        if (time instanceof JsonString text) {
            return text.value().matches("\\d{1,15}") ? Long.parseLong(text.value()) : 0;
        }
        return time instanceof JsonObject split
                ? split.get("low").map(Names::seconds).orElse(0L)
                : 0;
    }
}
