package dev.pawl.convex;

import java.util.OptionalDouble;

/**
 * A document of the table as it is told.
 *
 * @param key its name in its namespace
 * @param value its value, or empty where only the name was asked for
 * @param sortKey its order, where it has one
 */
record Stored(String key, String value, OptionalDouble sortKey) {

    /** Shows no value. */
    @Override
    public String toString() {
        return "Stored[" + key + "]";
    }
}
