package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;

/** The head of a group, read batch by batch. */
final class GroupHead {

    /** Family, two empty texts, order, length and checksum. */
    private static final int SMALLEST_PUT = 9;

    private static final int SMALLEST_KEY = 3;

    private final HeadCursor cursor;
    private final int batches;
    private long values;
    private final long valuesEnd;

    /** @param values the offset of the first value in the file */
    GroupHead(Partitions partitions, byte[] head, long values, long valuesLength) throws MalformedException {
        this.cursor = new HeadCursor(partitions, head, 0, head.length);
        this.batches = cursor.count(2);
        this.values = values;
        this.valuesEnd = values + valuesLength;
    }

    int batches() {
        return batches;
    }

    /** Hands over the next batch. */
    void batch(Replay sink) throws MalformedException {
        int puts = cursor.count(SMALLEST_PUT);
        for (int i = 0; i < puts; i++) {
            Key key = cursor.key();
            Place place = place(cursor, values);
            values += place.length();
            if (values > valuesEnd) {
                throw new MalformedException("its values are longer than it says");
            }
            sink.put(key, place);
        }
        int deletes = cursor.count(SMALLEST_KEY);
        for (int i = 0; i < deletes; i++) {
            sink.delete(cursor.key());
        }
    }

    /** Hands over all batches, and looks that nothing is left over. */
    void all(Replay sink) throws MalformedException {
        for (int i = 0; i < batches; i++) {
            batch(sink);
        }
        finish();
    }

    /** Looks that nothing is left over. */
    void finish() throws MalformedException {
        if (cursor.remaining() > 0 || values != valuesEnd) {
            throw new MalformedException("it holds more than it says");
        }
    }

    private static Place place(HeadCursor cursor, long offset) throws MalformedException {
        long order = cursor.varint();
        long length = cursor.varint();
        if (order > Row.MAX_ORDER || length > Integer.MAX_VALUE) {
            throw new MalformedException("a number is too large");
        }
        return new Place(order, offset, (int) length, cursor.u32());
    }
}
