package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;

/** The checksum of a row: CRC-32C of its key, as the head of a group has it, and of its value. */
final class RowChecksum {
    private RowChecksum() {}

    static int of(Key key, Bytes value) {
        throw new UnsupportedOperationException();
    }

    static int of(Key key, byte[] value, int at, int length) {
        throw new UnsupportedOperationException();
    }
}
