package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.Jid;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How rows of {@link Family#SET_ASIDE} look: W1 and W2 of {@code docs/message-rules.md}.
 *
 * <pre>
 * early / &lt;chat&gt;|&lt;row id&gt;      [{"event":…,"data":…}, …]                       parts of a message that is not there
 * &lt;reason&gt; / &lt;SHA-256, hex&gt;   {"event":…,"data":…,"reason":…,"problem":…}      an event that could not be applied
 * dropped / &lt;reason&gt;          {"dropped":…}                                     how many of them are not kept
 * </pre>
 */
final class Aside {

    /** The partition of parts that came before their message. */
    static final String EARLY = "early";

    /** The partition of the counts of what is kept no longer, or was not kept at all. */
    static final String DROPPED = "dropped";

    /** The reason of an edit or a revoke by somebody who may not. */
    static final String NOT_THE_AUTHOR = "not-the-author";

    /** The reason of what nobody could find again. */
    static final String NO_IDENTITY = "no-identity";

    private static final String REASON = "reason";
    private static final String PROBLEM = "problem";

    private Aside() {}

    /**
     * Where the parts of a message wait that is not there: bare, whoever is meant to have written it, because that may
     * not be known.
     *
     * @param chat the address that stands in the row
     */
    static Key early(String chat, String id, boolean fromMe) {
        return new Key(
                Family.SET_ASIDE,
                EARLY,
                chat + "|" + MessageRowId.bare(id, fromMe).text());
    }

    /** The address of the chat in which the message is that is waited for at such a place. */
    static String chat(Key early) {
        return early.id().substring(0, Math.max(0, early.id().indexOf('|')));
    }

    /** The message that is waited for at such a place, whoever wrote it; empty when the place is not made as ours are. */
    static Optional<MessageKey> awaited(Key early) {
        String chat = chat(early);
        return MessageRowId.parse(early.id().substring(Math.min(early.id().length(), chat.length() + 1)))
                .filter(row -> !chat.isEmpty())
                .map(row -> MessageKey.of(chat, row.id(), row.fromMe()));
    }

    /**
     * The waiting parts with one more. One that waits already moves to the end, since of parts that have no time the one
     * that came last counts; the same list when it stands there.
     */
    static JsonArray with(Optional<JsonValue> waiting, RawEvent part) {
        JsonArray list = waiting.filter(JsonArray.class::isInstance)
                .map(JsonArray.class::cast)
                .orElse(JsonArray.EMPTY);
        JsonObject one = part.toJson();
        int there = list.values().indexOf(one);
        if (there < 0) {
            return list.plus(one);
        }
        if (there == list.size() - 1) {
            return list;
        }
        List<JsonValue> moved = new ArrayList<>(list.values());
        moved.remove(there);
        moved.add(one);
        return JsonArray.copyOf(moved);
    }

    /** The events in a row, one or many. What is none is left out. */
    static List<RawEvent> events(JsonValue value) {
        List<RawEvent> events = new ArrayList<>();
        List<JsonValue> all = value instanceof JsonArray list ? list.values() : List.of(value);
        for (JsonValue each : all) {
            if (each instanceof JsonObject object
                    && object.get("event").orElse(null) instanceof JsonString name
                    && object.get("data").isPresent()) {
                events.add(new RawEvent(name.value(), object.get("data").orElseThrow()));
            }
        }
        return List.copyOf(events);
    }

    /** Whether several people write in the conversation of the message that is waited for. */
    static boolean hasAuthors(Key early) {
        return Jid.parse(chat(early))
                .filter(jid -> jid.isGroup() || jid.isBroadcast())
                .isPresent();
    }

    /** Who did what waits, and whose messages it is about, by the addresses that it names; of a damaged row nobody. */
    static Set<String> authors(Bytes row) {
        try {
            return authors(JsonValue.parse(row));
        } catch (JsonException e) {
            return Set.of();
        }
    }

    /** Likewise of the value of a row. */
    static Set<String> authors(JsonValue waiting) {
        Set<String> authors = new HashSet<>();
        for (RawEvent event : events(waiting)) {
            try {
                for (Act act : Acts.ofWaiting(event)) {
                    act.targets().forEach(target -> target.author().ifPresent(authors::add));
                    act.by().author().ifPresent(authors::add);
                }
            } catch (InvalidEventException e) {
                // nobody's
            }
        }
        return authors;
    }

    /** Where an event stands that could not be applied: the same event always at the same place. */
    static Key place(String reason, RawEvent event) {
        return new Key(
                Family.SET_ASIDE,
                reason,
                HexFormat.of().formatHex(sha256(event.toJson().toBytes())));
    }

    /** What stands there. */
    static JsonObject value(String reason, String problem, RawEvent event) {
        return event.toJson().with(REASON, new JsonString(reason)).with(PROBLEM, new JsonString(problem));
    }

    /** Where it stands how many of a reason are not kept. */
    static Key dropped(String reason) {
        return new Key(Family.SET_ASIDE, DROPPED, reason);
    }

    /** How many there are not, as that row has it. */
    static long dropped(Optional<JsonObject> row) {
        return row.map(json -> ProtoJson.integer(json, DROPPED))
                .orElse(OptionalLong.empty())
                .orElse(0);
    }

    private static byte[] sha256(Bytes text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.toArray());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
