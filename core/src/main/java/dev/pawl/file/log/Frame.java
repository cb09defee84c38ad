package dev.pawl.file.log;

import dev.pawl.backend.Family;
import java.util.List;
import java.util.Map;

final class Frame {
    static Frame group(List<EncodedBatch> batches, long generation, long offset, long settled, long length) {
        throw new UnsupportedOperationException();
    }

    static Frame end(Map<Family, Integer> rows, long generation, long offset, long settled, long length) {
        throw new UnsupportedOperationException();
    }

    /** The frame. */
    byte[] bytes() {
        return bytes(size());
    }

    /** The frame, with zeros behind it up to {@code total} bytes. */
    byte[] bytes(int total) {
        throw new UnsupportedOperationException();
    }

    int size() {
        throw new UnsupportedOperationException();
    }

    /** The checksum of its header. */
    int checksum() {
        throw new UnsupportedOperationException();
    }

    /** Hands over what it changes, with places in the file. */
    void replay(Replay sink) {
        throw new UnsupportedOperationException();
    }
}
