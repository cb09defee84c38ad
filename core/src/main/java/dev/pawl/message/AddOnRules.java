package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of the lists of a message in which everybody has one entry: reactions, votes, answers to events,
 * receipts. Rules X1 to X6 and X10 of {@code docs/message-rules.md}.
 *
 * <p>Takes the JSON of a message and gives it changed; the very same object when nothing changes.
 */
final class AddOnRules {

    static final String RECEIPTS = "userReceipt";

    static final String ANSWERS = "eventResponses";
    static final String KEY_OF_ANSWER = "eventResponseMessageKey";

    private static final String USER = "userJid";
    private static final String WITHDRAWN = "withdrawn";

    /** The times of a receipt, of each of which the earliest counts. */
    private static final List<String> RECEIPT_TIMES = List.of("receiptTimestamp", "readTimestamp", "playedTimestamp");

    private AddOnRules() {}

    /** A list in which the later entry of everybody counts. */
    enum Latest {
        REACTIONS("reactions", "key", "reactions", List.of("senderTimestampMs")) {
            @Override
            boolean isNothing(JsonObject entry) {
                return ProtoJson.text(entry, "text").isEmpty();
            }

            @Override
            boolean saysTheSame(JsonObject one, JsonObject other) {
                return ProtoJson.text(one, "text").equals(ProtoJson.text(other, "text"));
            }
        },
        VOTES("pollUpdates", "pollUpdateMessageKey", "votes", List.of("senderTimestampMs")) {
            @Override
            boolean isNothing(JsonObject entry) {
                return options(entry).isEmpty();
            }

            @Override
            boolean saysTheSame(JsonObject one, JsonObject other) {
                return options(one).equals(options(other));
            }
        },
        RESPONSES(
                ANSWERS,
                KEY_OF_ANSWER,
                "",
                List.of("senderTimestampMs", "timestampMs", "response", "eventResponseMessage")) {
            @Override
            boolean isNothing(JsonObject entry) {
                return false;
            }

            @Override
            boolean saysTheSame(JsonObject one, JsonObject other) {
                return one.equals(other);
            }
        };

        /** The member that is the list. */
        private final String member;

        /** The member of an entry that is the key of the message that brought it. */
        private final String key;

        /** Where in {@code pawl.withdrawn} stands when an entry was taken back. */
        private final String withdrawn;

        /** Where an entry has its time, or an object with a {@code timestampMs}. */
        @SuppressWarnings("ImmutableEnumChecker") // An unmodifiable list.
        private final List<String> times;

        Latest(String member, String key, String withdrawn, List<String> times) {
            this.member = member;
            this.key = key;
            this.withdrawn = withdrawn;
            this.times = times;
        }

        /** Whether an entry takes its author's back. */
        abstract boolean isNothing(JsonObject entry);

        /** Whether two entries of one author and time are one. */
        abstract boolean saysTheSame(JsonObject one, JsonObject other);

        private boolean hasNothing(JsonArray list) {
            for (JsonValue value : list) {
                if (value instanceof JsonObject entry && isNothing(entry)) {
                    return true;
                }
            }
            return false;
        }

        private Optional<Person> author(JsonObject entry, Aliases aliases) {
            return ProtoJson.object(entry, key).flatMap(own -> Person.author(own, aliases));
        }

        private OptionalLong time(JsonObject entry) {
            for (String name : times) {
                Optional<JsonObject> inner = ProtoJson.object(entry, name)
                        .filter(value -> value.get("low").isEmpty());
                OptionalLong time = inner.isPresent()
                        ? MessageMembers.time(inner.get(), "timestampMs")
                        : MessageMembers.time(entry, name);
                if (time.isPresent()) {
                    return time;
                }
            }
            return OptionalLong.empty();
        }

        private static List<Optional<Bytes>> options(JsonObject entry) {
            List<Optional<Bytes>> options = new ArrayList<>();
            JsonValue list = ProtoJson.object(entry, "vote")
                    .flatMap(vote -> vote.get("selectedOptions"))
                    .orElse(JsonNull.NULL);
            if (list instanceof JsonArray chosen) {
                chosen.forEach(option -> options.add(BufferJson.bytesOrBase64(option)));
            }
            return options;
        }
    }

    /** Whether a member of a message is one of these lists. */
    static boolean isList(String name) {
        return switch (name) {
            case RECEIPTS, "reactions", "pollUpdates", ANSWERS -> true;
            default -> false;
        };
    }

    /** Merges a list into that of the message, entry by entry. */
    static JsonObject merge(JsonObject row, String name, JsonValue entries, Aliases aliases) {
        if (!(entries instanceof JsonArray list) || list.size() == 0) {
            return row;
        }
        if (name.equals(RECEIPTS)) {
            return receipts(row, list, aliases);
        }
        Latest kind = switch (name) {
            case "reactions" -> Latest.REACTIONS;
            case "pollUpdates" -> Latest.VOTES;
            default -> Latest.RESPONSES;
        };
        JsonObject merged = row;
        for (JsonValue entry : list) {
            if (entry instanceof JsonObject object) {
                merged = latest(merged, kind, object, aliases);
            }
        }
        return merged;
    }

    /**
     * A message as it arrives, less the entries that only take something back: they are noted, as they are when they
     * come alone or once more.
     */
    static JsonObject withoutWithdrawn(JsonObject item, Aliases aliases) {
        JsonObject row = item;
        for (Latest kind : List.of(Latest.REACTIONS, Latest.VOTES)) {
            if (row.get(kind.member).orElse(JsonNull.NULL) instanceof JsonArray list && kind.hasNothing(list)) {
                row = merge(row.with(kind.member, JsonArray.EMPTY), kind.member, list, aliases);
            }
        }
        return row;
    }

    /** Merges one entry into a list where the later one of each author counts. */
    static JsonObject latest(JsonObject row, Latest kind, JsonObject entry, Aliases aliases) {
        JsonArray list = list(row, kind.member);
        Optional<Person> author = kind.author(entry, aliases);
        if (author.isEmpty()) {
            return list.values().contains(entry) ? row : row(row, kind.member, list.plus(entry));
        }
        JsonObject old = entryOf(list, kind, author.get(), aliases);
        OptionalLong time = kind.time(entry);
        OptionalLong before = kind.time(old);
        boolean here = old != JsonObject.EMPTY;
        if (here && isBefore(time, before)) {
            return row;
        }
        if (kind.isNothing(entry)) {
            JsonObject less =
                    here ? row(row, kind.member, with(list, kind, author.get(), Optional.empty(), aliases)) : row;
            return time.isEmpty() ? less : withdrawn(less, kind, author.get(), time.getAsLong());
        }
        OptionalLong withdrawn = withdrawn(row, kind, author.get());
        if (withdrawn.isPresent() && (time.isEmpty() || time.getAsLong() <= withdrawn.getAsLong())) {
            return row;
        }
        if (here && time.equals(before) && kind.saysTheSame(old, entry)) {
            return row;
        }
        JsonArray changed = here ? with(list, kind, author.get(), Optional.of(entry), aliases) : list.plus(entry);
        return unwithdrawn(row(row, kind.member, changed), kind, author.get());
    }

    private static boolean isBefore(OptionalLong one, OptionalLong other) {
        return one.isPresent() && other.isPresent() && one.getAsLong() < other.getAsLong();
    }

    /** The latest entry of somebody; {@link JsonObject#EMPTY} itself when there is none. */
    private static JsonObject entryOf(JsonArray list, Latest kind, Person author, Aliases aliases) {
        JsonObject found = JsonObject.EMPTY;
        for (JsonValue value : list) {
            if (value instanceof JsonObject entry
                    && isOf(entry, kind, author, aliases)
                    && (found == JsonObject.EMPTY || !isBefore(kind.time(entry), kind.time(found)))) {
                found = entry;
            }
        }
        return found;
    }

    private static boolean isOf(JsonObject entry, Latest kind, Person author, Aliases aliases) {
        return kind.author(entry, aliases)
                .filter(other -> other.name().equals(author.name()))
                .isPresent();
    }

    /** The list with another entry of somebody in the place of his first one, or without him. */
    private static JsonArray with(
            JsonArray list, Latest kind, Person author, Optional<JsonObject> entry, Aliases aliases) {
        List<JsonValue> changed = new ArrayList<>(list.size());
        boolean open = entry.isPresent();
        for (JsonValue value : list) {
            boolean his = value instanceof JsonObject object && isOf(object, kind, author, aliases);
            if (!his) {
                changed.add(value);
            } else if (open) {
                changed.add(entry.orElseThrow());
                open = false;
            }
        }
        return JsonArray.copyOf(changed);
    }

    private static JsonObject withdrawals(JsonObject ours, Latest kind) {
        return ProtoJson.object(ours, WITHDRAWN)
                .flatMap(all -> ProtoJson.object(all, kind.withdrawn))
                .orElse(JsonObject.EMPTY);
    }

    /** When somebody took his entry back, in milliseconds. */
    private static OptionalLong withdrawn(JsonObject row, Latest kind, Person author) {
        JsonObject times = withdrawals(MessageMembers.ours(row), kind);
        Optional<String> name = nameIn(times, author);
        return name.isPresent() ? MessageMembers.time(times, name.get()) : OptionalLong.empty();
    }

    private static Optional<String> nameIn(JsonObject times, Person author) {
        for (String name : times.names()) {
            if (author.is(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** Notes when somebody took his entry back; the list is there from then on, empty perhaps. */
    private static JsonObject withdrawn(JsonObject row, Latest kind, Person author, long time) {
        JsonObject ours = MessageMembers.ours(row);
        JsonObject times = withdrawals(ours, kind);
        String name = nameIn(times, author).orElse(author.written());
        if (MessageMembers.time(times, name).orElse(0) >= time) {
            return row;
        }
        JsonObject all = ProtoJson.object(ours, WITHDRAWN).orElse(JsonObject.EMPTY);
        JsonObject noted = all.with(kind.withdrawn, times.with(name, JsonNumber.of(time)));
        JsonObject listed = row(row, kind.member, list(row, kind.member));
        return MessageMembers.withOurs(listed, ours.with(WITHDRAWN, noted));
    }

    private static JsonObject unwithdrawn(JsonObject row, Latest kind, Person author) {
        JsonObject ours = MessageMembers.ours(row);
        JsonObject times = withdrawals(ours, kind);
        Optional<String> name = nameIn(times, author);
        if (name.isEmpty()) {
            return row;
        }
        JsonObject fewer = times.without(name.get());
        JsonObject all = ProtoJson.object(ours, WITHDRAWN).orElse(JsonObject.EMPTY);
        JsonObject left = fewer.size() == 0 ? all.without(kind.withdrawn) : all.with(kind.withdrawn, fewer);
        return MessageMembers.withOurs(row, left.size() == 0 ? ours.without(WITHDRAWN) : ours.with(WITHDRAWN, left));
    }

    /** Merges one receipt. */
    static JsonObject receipt(JsonObject row, JsonObject entry, Aliases aliases) {
        JsonArray list = list(row, RECEIPTS);
        Optional<String> user = ProtoJson.text(entry, USER);
        int place = user.isEmpty() ? list.values().indexOf(entry) : placeOf(list, Person.of(user.get(), aliases));
        return row(row, RECEIPTS, place < 0 ? list.plus(entry) : earliest(list, place, entry));
    }

    /** Merges many receipts: each place is looked up by name, since a group has a thousand of them. */
    private static JsonObject receipts(JsonObject row, JsonArray entries, Aliases aliases) {
        if (entries.size() == 1 && entries.get(0) instanceof JsonObject entry) {
            return receipt(row, entry, aliases);
        }
        JsonArray list = list(row, RECEIPTS);
        if (list.equals(entries)) {
            return row;
        }
        List<JsonValue> merged = new ArrayList<>(list.values());
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < merged.size(); i++) {
            places.putIfAbsent(name(merged.get(i), aliases), i);
        }
        for (JsonValue entry : entries) {
            String name = name(entry, aliases);
            Integer place = name.isEmpty() ? Integer.valueOf(merged.indexOf(entry)) : places.get(name);
            if (place == null || place < 0) {
                places.put(name, merged.size());
                merged.add(entry);
            } else if (entry instanceof JsonObject later && merged.get(place) instanceof JsonObject earlier) {
                merged.set(place, earliest(earlier, later));
            }
        }
        return row(row, RECEIPTS, JsonArray.copyOf(merged));
    }

    private static String name(JsonValue entry, Aliases aliases) {
        return entry instanceof JsonObject object
                ? ProtoJson.text(object, USER).map(aliases::canonical).orElse("")
                : "";
    }

    private static int placeOf(JsonArray list, Person user) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof JsonObject entry
                    && entry.get(USER).orElse(JsonNull.NULL) instanceof JsonString jid
                    && user.is(jid.value())) {
                return i;
            }
        }
        return -1;
    }

    private static JsonArray earliest(JsonArray list, int place, JsonObject entry) {
        JsonObject old = (JsonObject) list.get(place);
        JsonObject merged = earliest(old, entry);
        return merged == old ? list : list.with(place, merged);
    }

    private static JsonObject earliest(JsonObject old, JsonObject entry) {
        JsonObject merged = old;
        for (String name : entry.names()) {
            JsonValue value = entry.get(name).orElse(JsonNull.NULL);
            merged = RECEIPT_TIMES.contains(name)
                    ? MessageMembers.earliest(merged, name, value)
                    : MessageMembers.fill(merged, name, value);
        }
        return merged;
    }

    private static JsonArray list(JsonObject row, String name) {
        return row.get(name).orElse(JsonNull.NULL) instanceof JsonArray list ? list : JsonArray.EMPTY;
    }

    /** The message with a list, which is only looked at when it is another one. */
    private static JsonObject row(JsonObject row, String name, JsonArray list) {
        return row.get(name).orElse(JsonNull.NULL) == list ? row : MessageMembers.put(row, name, list);
    }
}
