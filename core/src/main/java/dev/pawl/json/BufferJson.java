package dev.pawl.json;

import java.util.Optional;

/**
 * The conventions by which Baileys puts bytes into JSON.
 *
 * <p>On disk four forms occur: the wrapper {@code {"type":"Buffer","data":"<base64>"}}, the same with an array of numbers
 * as {@code data}, an object whose names are numbers ({@code {"0":1,"1":2}}, what a typed array becomes), and bare
 * base64 in a string. We write the first ({@link JsonBytes}); the methods here read the others where a field is known to
 * hold bytes.
 */
public final class BufferJson {
    private BufferJson() {}

    /** Returns {@code bytes} as a value that is written as the canonical wrapper. */
    public static JsonBytes of(Bytes bytes) {
        return new JsonBytes(bytes);
    }

    /**
     * Reads the bytes of a field that is known to hold bytes: from a {@link JsonBytes}, from a wrapper whose
     * {@code data} is base64 or an array of numbers, or from an object whose names and values are numbers.
     *
     * <p>Base64 is read as Node reads it, which never fails: both alphabets, anything else skipped, the end at the first
     * {@code =}. Numbers become bytes as JavaScript converts them (256 is 0, -1 is 255).
     *
     * @return empty when {@code value} is none of these
     */
    public static Optional<Bytes> bytes(JsonValue value) {
        if (value instanceof JsonBytes bytes) {
            return Optional.of(bytes.value());
        }
        if (!(value instanceof JsonObject object)) {
            return Optional.empty();
        }
        Optional<JsonValue> data = wrapped(object);
        if (data.isEmpty()) {
            return NumericKeys.bytes(object);
        }
        if (data.get() instanceof JsonString base64) {
            return Optional.of(LenientBase64.decode(base64.value()));
        }
        return data.get() instanceof JsonArray array ? NumericKeys.bytes(array.values()) : Optional.empty();
    }

    /**
     * Reads the bytes of a field as {@link #bytes(JsonValue)} does, and also from a string of bare base64.
     *
     * @return empty when {@code value} is none of these
     */
    public static Optional<Bytes> bytesOrBase64(JsonValue value) {
        return value instanceof JsonString base64 ? Optional.of(LenientBase64.decode(base64.value())) : bytes(value);
    }

    /**
     * Sees a whole value as Baileys 7.0.0-rc.2 and later sees it after reading, with {@link JsonBytes} where Baileys has
     * a {@code Buffer}.
     *
     * <p>Only for data whose every field Baileys itself defines. The rule for objects whose names are numbers takes
     * {@code {"628@s.whatsapp.net":1}} for one byte, and so destroys application data. Wrappers with an array are left
     * alone, as Baileys leaves them.
     */
    public static JsonValue revive(JsonValue value) {
        if (value instanceof JsonArray array) {
            JsonValue[] revived = new JsonValue[array.size()];
            boolean changed = false;
            for (int i = 0; i < revived.length; i++) {
                revived[i] = revive(array.get(i));
                changed |= revived[i] != array.get(i);
            }
            return changed ? JsonArray.of(revived) : array;
        }
        return value instanceof JsonObject object ? revive(object) : value;
    }

    private static JsonValue revive(JsonObject object) {
        Optional<JsonValue> data = wrapped(object);
        if (data.isPresent() && data.get() instanceof JsonString base64) {
            return of(LenientBase64.decode(base64.value()));
        }
        JsonObject.Builder revived = null;
        for (int i = 0; i < object.size(); i++) {
            JsonValue value = revive(object.valueAt(i));
            if (value != object.valueAt(i)) {
                revived = revived == null ? object.toBuilder() : revived;
                revived.put(object.nameAt(i), value);
            }
        }
        if (revived != null) {
            // a member that became bytes is not a number, so the rule for numeric names cannot apply
            return revived.build();
        }
        Optional<Bytes> bytes = NumericKeys.bytes(object);
        return bytes.isPresent() ? of(bytes.get()) : object;
    }

    /** The {@code data} of an object that says it is a Buffer. */
    private static Optional<JsonValue> wrapped(JsonObject object) {
        boolean buffer = object.get("type")
                .filter(type -> type instanceof JsonString name && name.value().equals("Buffer"))
                .isPresent();
        return buffer ? object.get("data") : Optional.empty();
    }
}
