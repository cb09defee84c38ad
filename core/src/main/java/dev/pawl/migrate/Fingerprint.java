package dev.pawl.migrate;

import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells whether two readings of a source saw the same rows, without keeping them: a SHA-256 over keys, orders and values. */
final class Fingerprint {

    private final MessageDigest digest;

    Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void add(Row row) {
        add(row.key().family().name().getBytes(StandardCharsets.UTF_8));
        add(row.key().partition().getBytes(StandardCharsets.UTF_8));
        add(row.key().id().getBytes(StandardCharsets.UTF_8));
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, row.order()));
        add(row.value().toArray());
    }

    /** The fingerprint of all rows added. Can be asked for once. */
    Bytes end() {
        return Bytes.wrap(digest.digest());
    }

    /** The length goes first, so that no two different rows are the same run of bytes. */
    private void add(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }
}
