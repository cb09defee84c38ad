package dev.pawl.tck;

import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.UnaryOperator;

/** Changes one place in a JSON value. */
final class JsonEdit {

    private JsonEdit() {}

    /**
     * The value with the one at a path changed.
     *
     * @param path member names; a number in brackets is the element or member at that place: {@code [0]}
     */
    static JsonValue at(JsonValue value, UnaryOperator<JsonValue> change, String... path) {
        return at(value, change, path, 0);
    }

    private static JsonValue at(JsonValue value, UnaryOperator<JsonValue> change, String[] path, int depth) {
        if (depth == path.length) {
            return change.apply(value);
        }
        String step = path[depth];
        if (value instanceof JsonArray array) {
            int index = index(step);
            return array.with(index, at(array.get(index), change, path, depth + 1));
        }
        JsonObject object = (JsonObject) value;
        String name = step.startsWith("[") ? object.names().get(index(step)) : step;
        return object.with(name, at(object.get(name).orElseThrow(), change, path, depth + 1));
    }

    private static int index(String step) {
        return Integer.parseInt(step.substring(1, step.length() - 1));
    }

    /** Replaces a value by JSON text. */
    static UnaryOperator<JsonValue> to(String json) {
        return value -> JsonValue.parse(json);
    }

    /** Adds or replaces a member. */
    static UnaryOperator<JsonValue> put(String name, String json) {
        return value -> ((JsonObject) value).with(name, JsonValue.parse(json));
    }

    /** Takes a member out. */
    static UnaryOperator<JsonValue> drop(String name) {
        return value -> ((JsonObject) value).without(name);
    }

    /** Changes bytes and leaves them in the form they had: wrapped, or base64 in a string. */
    static UnaryOperator<JsonValue> bytes(UnaryOperator<byte[]> change) {
        return value -> {
            byte[] before = BufferJson.bytesOrBase64(value).orElseThrow().toArray();
            byte[] after = change.apply(before);
            return value instanceof JsonString
                    ? new JsonString(Base64.getEncoder().encodeToString(after))
                    : BufferJson.of(Bytes.wrap(after));
        };
    }

    /** Turns one bit of bytes over. */
    static UnaryOperator<JsonValue> flip(int index) {
        return bytes(before -> {
            byte[] after = before.clone();
            after[index] ^= 1;
            return after;
        });
    }

    /** Leaves so many bytes of bytes. */
    static UnaryOperator<JsonValue> cut(int size) {
        return bytes(before -> Arrays.copyOf(before, size));
    }

    /** Changes the JSON text that is kept inside bytes, as a sender key keeps it. */
    static UnaryOperator<JsonValue> inside(UnaryOperator<JsonValue> change) {
        return bytes(before -> change.apply(JsonValue.parse(before)).toBytes().toArray());
    }
}
