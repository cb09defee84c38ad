package dev.pawl.json;

import java.nio.charset.StandardCharsets;

/**
 * A JSON value that keeps what it was read from: the order of members and the text of numbers.
 *
 * <p>Reading accepts exactly what JavaScript's {@code JSON.parse} accepts, with two exceptions: bytes must be valid
 * UTF-8, and containers may be nested at most {@value #MAX_DEPTH} deep. A deeper tree cannot be built in memory either,
 * so no operation on a value exhausts the stack of an ordinary thread (the deepest tree needs less than 400 KiB).
 *
 * <p>A text written by {@code JSON.stringify} without indentation is reproduced byte for byte. Of any other text the
 * whitespace, the spelling of escapes and all but the last of repeated members are lost.
 *
 * <p>Two values are equal when they are of the same kind and are written as the same text: {@code 1.0} is not
 * {@code 1}, and the order of members counts.
 *
 * <p>{@link Object#toString()} gives kind and size only, because values are often secrets; {@link #toText()} is the text.
 *
 * <p><b>Thread-safety.</b> All values are immutable and safe to share.
 */
public sealed interface JsonValue
        permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull, JsonBytes {
    /** How deep arrays and objects may be nested in each other: {@value}. */
    int MAX_DEPTH = 500;

    /**
     * Reads one value from UTF-8.
     *
     * @throws JsonException when the bytes are not exactly one JSON value; its offset counts bytes
     */
    static JsonValue parse(Bytes text) {
        return parse(text.array());
    }

    /**
     * Reads one value from UTF-8; the array is neither changed nor kept.
     *
     * @throws JsonException when the bytes are not exactly one JSON value; its offset counts bytes
     */
    static JsonValue parse(byte[] text) {
        return new JsonParser(text, false).parse();
    }

    /**
     * Reads one value from a string, in which half of a surrogate pair is allowed, as in JavaScript.
     *
     * @throws JsonException when the text is not exactly one JSON value; its offset counts {@code char}s
     */
    static JsonValue parse(String text) {
        byte[] bytes = Utf8.encode(text);
        try {
            return new JsonParser(bytes, true).parse();
        } catch (JsonException e) {
            throw new JsonException(e.reason(), Utf8.charsBefore(bytes, e.offset()));
        }
    }

    /**
     * Checks that {@code text} is exactly one JSON value, without building it.
     *
     * @throws JsonException in the same cases, with the same reason and offset, as {@link #parse(Bytes)}
     */
    static void check(Bytes text) {
        new JsonParser(text.array(), false).check();
    }

    /** The text of this value in UTF-8, as {@code JSON.stringify} writes it. */
    default Bytes toBytes() {
        return new JsonWriter(this).write(this);
    }

    /** The text of this value, as {@code JSON.stringify} writes it. */
    default String toText() {
        return new String(toBytes().array(), StandardCharsets.UTF_8);
    }
}
