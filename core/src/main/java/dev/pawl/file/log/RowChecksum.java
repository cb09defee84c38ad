package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import java.util.zip.CRC32C;

/** The checksum of a row: CRC-32C of its key, as the head of a group has it, and of its value. */
final class RowChecksum {

    private RowChecksum() {}

    static int of(Key key, Bytes value) {
        HeadWriter writer = encoded(key);
        CRC32C checksum = new CRC32C();
        checksum.update(writer.array(), 0, writer.size());
        value.update(checksum);
        return (int) checksum.getValue();
    }

    /** The value is {@code length} bytes from {@code at} on. */
    static int of(Key key, byte[] value, int at, int length) {
        HeadWriter writer = encoded(key);
        return of(writer.array(), 0, writer.size(), value, at, length);
    }

    private static HeadWriter encoded(Key key) {
        HeadWriter writer =
                new HeadWriter(24 + key.partition().length() + key.id().length());
        writer.key(key);
        return writer;
    }

    /** Of a key that is encoded already. */
    static int of(byte[] key, int keyAt, int keyLength, byte[] value, int at, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(key, keyAt, keyLength);
        checksum.update(value, at, length);
        return (int) checksum.getValue();
    }

    /** Of bytes that are no row: a head, a header. */
    static int of(byte[] content, int at, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(content, at, length);
        return (int) checksum.getValue();
    }
}
