package dev.pawl.json;

/** The JSON value {@code null}. */
public enum JsonNull implements JsonValue {
    /** The only one. */
    NULL;

    /** Returns the kind. */
    @Override
    public String toString() {
        return "JsonNull";
    }
}
