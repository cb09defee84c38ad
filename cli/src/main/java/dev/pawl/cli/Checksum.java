package dev.pawl.cli;

import dev.pawl.json.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of everything so far. */
final class Checksum {

    private final MessageDigest digest;

    Checksum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void add(Bytes bytes) {
        digest.update(bytes.toArray());
    }

    /** In hex; more can be added afterwards. */
    String soFar() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of this Java cannot be asked in between", e);
        }
    }
}
