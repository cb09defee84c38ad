package dev.pawl.message;

import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of a message that stands in two rows, one under each address of its conversation: rule A8 of {@code
 * docs/message-rules.md}.
 *
 * <p>The other row is taken as a message of a history that arrives at the first one; what was done to it before, which
 * a message of a history does not say, is then done to the first one too.
 */
final class TwinRules {

    private static final String MESSAGE = "message";
    private static final String REVOKED = "revoked";
    private static final String ORIGINAL = "original";
    private static final String WITHDRAWN = "withdrawn";

    private TwinRules() {}

    /**
     * The one message of two rows.
     *
     * @param row the one that stays: the very object is the result when the other has nothing that it lacks
     * @param other the one that goes
     * @return stored; of a message that was taken back on one side the carriers of edits of either follow (R5)
     */
    static Outcome united(JsonObject row, JsonObject other, Aliases aliases) {
        MessageKey key = MessageKey.ofMessage(other);
        Act arrival =
                new Act(Act.Kind.HISTORY, List.of(key), unedited(other), key, OptionalLong.empty(), Optional.empty());
        Outcome merged = MessageRules.apply(Optional.of(row), arrival, aliases, Optional.empty());
        JsonObject united = merged.row().orElse(row);
        List<Act> follows = new ArrayList<>(merged.follows());
        if (MessageRules.isRevoked(united)) {
            follows.addAll(RevokeRules.silenced(row));
            follows.addAll(RevokeRules.silenced(other));
            return Outcome.stored(noted(united, other), follows);
        }
        united = EditRules.united(united, other);
        united = withdrawn(united, other, "reactions", AddOnRules.Latest.REACTIONS, "key", aliases);
        united = withdrawn(united, other, "votes", AddOnRules.Latest.VOTES, "pollUpdateMessageKey", aliases);
        return Outcome.stored(silent(united, other), follows);
    }

    /** The other row as it was before it was edited, as far as that is known. */
    private static JsonObject unedited(JsonObject other) {
        return ProtoJson.object(MessageMembers.ours(other), ORIGINAL)
                .map(original -> MessageMembers.put(other, MESSAGE, original))
                .orElse(other);
    }

    /** Who took it back, where only the other row says so. */
    private static JsonObject noted(JsonObject united, JsonObject other) {
        Optional<JsonValue> note = MessageMembers.ours(other).get(REVOKED);
        JsonObject ours = MessageMembers.ours(united);
        return note.isEmpty() || ours.get(REVOKED).isPresent()
                ? united
                : MessageMembers.withOurs(united, ours.with(REVOKED, note.get()));
    }

    /** What was taken back of the other row goes here too, unless it was said again later. */
    private static JsonObject withdrawn(
            JsonObject united, JsonObject other, String notes, AddOnRules.Latest kind, String key, Aliases aliases) {
        Optional<JsonObject> times =
                ProtoJson.object(MessageMembers.ours(other), WITHDRAWN).flatMap(all -> ProtoJson.object(all, notes));
        JsonObject row = united;
        for (String author : times.orElse(JsonObject.EMPTY).names()) {
            OptionalLong time = MessageMembers.time(times.orElseThrow(), author);
            if (time.isPresent()) {
                JsonObject nothing = JsonObject.builder()
                        .put(key, keyOf(author))
                        .put("senderTimestampMs", JsonNumber.of(time.getAsLong()))
                        .build();
                row = AddOnRules.latest(row, kind, nothing, aliases);
            }
        }
        return row;
    }

    private static JsonObject keyOf(String author) {
        return author.equals(Person.ME)
                ? JsonObject.EMPTY.with("fromMe", JsonBoolean.TRUE)
                : JsonObject.EMPTY.with("remoteJid", new JsonString(author));
    }

    /** A message that brought an edit and lost it on the other side, because what it edited was taken back, loses it. */
    private static JsonObject silent(JsonObject united, JsonObject other) {
        JsonObject silenced = RevokeRules.withoutWords(united);
        boolean lost = silenced != united
                && silenced.get(MESSAGE)
                        .orElse(JsonNull.NULL)
                        .equals(other.get(MESSAGE).orElse(JsonNull.NULL));
        return lost ? silenced : united;
    }
}
