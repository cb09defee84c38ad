package dev.pawl.backend;

import dev.pawl.json.Bytes;
import java.util.Optional;

/**
 * A condition that must hold at the moment a batch is applied: a row has exactly these bytes, or there is none. It is the only primitive of concurrency below the stores.
 *
 * @param key the row that is looked at
 * @param expected the value it must have, or empty when there must be no such row. A backend whose traits are not verbatim compares as JSON.
 */
public record Check(Key key, Optional<Bytes> expected) {

    /** There is no such row. */
    public static Check absent(Key key) {
        return new Check(key, Optional.empty());
    }

    /** The row has exactly this value. */
    public static Check exact(Key key, Bytes value) {
        return new Check(key, Optional.of(value));
    }

    /** The row is as it was read: this value, or absent. */
    public static Check unchanged(Key key, Optional<Row> read) {
        return new Check(key, read.map(Row::value));
    }
}
