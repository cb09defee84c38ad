package dev.pawl.json;

import static java.util.Objects.requireNonNull;

/**
 * A JSON string.
 *
 * @param value the characters without quotes and escapes; half of a surrogate pair is allowed and is written as a
 *     lower-case escape, as JavaScript does
 */
public record JsonString(String value) implements JsonValue {
    /** Checks that there is a value. */
    public JsonString {
        requireNonNull(value, "value");
    }

    /** Returns the kind and the number of characters, never the characters. */
    @Override
    public String toString() {
        return "JsonString[" + value.length() + "]";
    }
}
