package dev.pawl.backend;

import dev.pawl.json.Bytes;

/**
 * One stored record. Immutable, so that nothing a caller does to what it gave or got changes what is stored.
 *
 * @param key where the row stands
 * @param order its place in its partition; what it means is the family's business. Anything outside 0 to {@link #MAX_ORDER} is moved to the nearer end.
 * @param value the record as BufferJSON text in UTF-8, byte for byte as it was put; empty in a page of {@link Scan#withoutValues keys only}
 * @param facets what the row can be filtered by
 */
public record Row(Key key, long order, Bytes value, Facets facets) {

    /** The highest order: 2^53 - 1, which every backend and JavaScript hold exactly. */
    public static final long MAX_ORDER = (1L << 53) - 1;

    /** Clamps the order. */
    public Row {
        order = Math.max(0, Math.min(MAX_ORDER, order));
    }

    /** A row of a family whose order is always 0, without facets. */
    public static Row of(Key key, Bytes value) {
        return new Row(key, 0, value, Facets.NONE);
    }

    /** A row without facets. */
    public static Row of(Key key, long order, Bytes value) {
        return new Row(key, order, value, Facets.NONE);
    }

    /** Where this row stands in the order of its family. */
    public Position position() {
        return new Position(order, key.partition(), key.id());
    }
}
