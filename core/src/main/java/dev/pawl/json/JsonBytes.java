package dev.pawl.json;

import static java.util.Objects.requireNonNull;

/**
 * A byte string inside a JSON tree, as Baileys holds a {@code Buffer} in memory.
 *
 * <p>Written as the wrapper {@code {"type":"Buffer","data":"<padded standard base64>"}}. Parsing never makes one: what
 * was read is a {@link JsonObject} until {@link BufferJson} is asked to see bytes in it, and the two are not equal.
 *
 * @param value the bytes
 */
public record JsonBytes(Bytes value) implements JsonValue {
    /** Checks that there is a value. */
    public JsonBytes {
        requireNonNull(value, "value");
    }

    /** Returns the kind and the number of bytes, never the bytes. */
    @Override
    public String toString() {
        return "JsonBytes[" + value.size() + "]";
    }
}
