package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import java.util.List;

final class EncodedBatch {
    static EncodedBatch of(List<Row> puts, List<Key> deletes) {
        throw new UnsupportedOperationException();
    }

    /** How many bytes it adds to a frame. */
    long size() {
        throw new UnsupportedOperationException();
    }
}
