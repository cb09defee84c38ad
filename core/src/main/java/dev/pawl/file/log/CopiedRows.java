package dev.pawl.file.log;

import dev.pawl.backend.Key;

/** Collects rows of one log for another, as they are: values are neither verified nor given a new checksum. */
final class CopiedRows {

    /**
     * Adds a row.
     *
     * @param place of the row in the old log
     * @param from holds the value from {@code at} on; copied
     */
    void put(Key key, Place place, byte[] from, int at) {
        throw new UnsupportedOperationException();
    }

    void delete(Key key) {
        throw new UnsupportedOperationException();
    }

    /** How many bytes the batch will have. */
    long size() {
        throw new UnsupportedOperationException();
    }

    EncodedBatch batch() {
        throw new UnsupportedOperationException();
    }
}
