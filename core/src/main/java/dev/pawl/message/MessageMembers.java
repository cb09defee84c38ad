package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Changes of the JSON of a message that leave everything else to the letter as it was: what is replaced keeps its
 * place, what is added stands at the end but before the member that is ours, and what changes nothing gives the very
 * object that was there.
 */
final class MessageMembers {

    private MessageMembers() {}

    /** With another value of a member. */
    static JsonObject put(JsonObject row, String name, JsonValue value) {
        Optional<JsonValue> there = row.get(name);
        if (there.isPresent()) {
            return there.get().equals(value) ? row : row.with(name, value);
        }
        Optional<JsonValue> ours = row.get(WaMessage.OURS);
        return ours.isEmpty()
                ? row.with(name, value)
                : row.without(WaMessage.OURS).with(name, value).with(WaMessage.OURS, ours.get());
    }

    /** With a member that is absent or {@code ""} so far; what arrives as {@code null} or {@code ""} says nothing. */
    static JsonObject fill(JsonObject row, String name, JsonValue value) {
        boolean silent = value instanceof JsonNull || isEmptyText(value);
        return silent || !lacks(row, name) ? row : put(row, name, value);
    }

    private static boolean lacks(JsonObject row, String name) {
        Optional<JsonValue> there = row.get(name);
        return there.isEmpty() || isEmptyText(there.get());
    }

    private static boolean isEmptyText(JsonValue value) {
        return value instanceof JsonString text && text.value().isEmpty();
    }

    /** With the earlier of two times: the stored one, or {@code value} when that is before it; 0 and less are none. */
    static JsonObject earliest(JsonObject row, String name, JsonValue value) {
        OptionalLong other = time(value);
        if (other.isEmpty()) {
            return row;
        }
        OptionalLong own = row.get(name).map(MessageMembers::time).orElse(OptionalLong.empty());
        return own.isPresent() && own.getAsLong() <= other.getAsLong() ? row : put(row, name, value);
    }

    /** A time in any of its forms; 0 and less are none. */
    static OptionalLong time(JsonValue value) {
        OptionalLong number = ProtoJson.integer(value);
        return number.isPresent() && number.getAsLong() > 0 ? number : OptionalLong.empty();
    }

    /** A time that is a member. */
    static OptionalLong time(JsonObject object, String name) {
        return object.get(name).map(MessageMembers::time).orElse(OptionalLong.empty());
    }

    /** What is ours in a row; the empty object when there is nothing. */
    static JsonObject ours(JsonObject row) {
        return ProtoJson.object(row, WaMessage.OURS).orElse(JsonObject.EMPTY);
    }

    /** With other members of ours: in the last place, or without a trace when there are none. */
    static JsonObject withOurs(JsonObject row, JsonObject ours) {
        if (ours.equals(ours(row))) {
            return row;
        }
        JsonObject bare = row.without(WaMessage.OURS);
        return ours.size() == 0 ? bare : bare.with(WaMessage.OURS, ours);
    }
}
