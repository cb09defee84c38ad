package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects rows of one log for another, as they are: values are neither verified nor given a new checksum, so that
 * damage stays damage. A batch is not a sequence: a key must not be put or deleted twice.
 */
final class CopiedRows {

    private final List<Key> puts = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Key> deletes = new ArrayList<>();
    private final HeadWriter rows = new HeadWriter(1024);
    private final List<Bytes> values = new ArrayList<>();
    private int valuesLength;
    private int deletesLength;

    /**
     * Adds a row.
     *
     * @param place of the row in the old log
     */
    void put(Key key, Place place, Bytes value) {
        Place copy = new Place(place.order(), valuesLength, place.length(), place.checksum());
        valuesLength = Math.addExact(valuesLength, place.length());
        values.add(value);
        puts.add(key);
        places.add(copy);
        rows.key(key);
        EncodedBatch.put(rows, copy);
    }

    /** Adds a delete. */
    void delete(Key key) {
        deletes.add(key);
        deletesLength += 32 + 3 * (key.partition().length() + key.id().length());
    }

    /** The most bytes that the batch will have. */
    long size() {
        return 10L + rows.size() + valuesLength + deletesLength;
    }

    /** The batch. Nothing is added any more. */
    EncodedBatch batch() {
        HeadWriter head = new HeadWriter(20 + rows.size() + deletesLength);
        head.varint(puts.size());
        head.raw(rows.array(), rows.size());
        return EncodedBatch.of(
                head,
                values.toArray(new Bytes[0]),
                valuesLength,
                puts.toArray(new Key[0]),
                places.toArray(new Place[0]),
                deletes);
    }
}
