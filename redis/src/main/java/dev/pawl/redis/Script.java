package dev.pawl.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Lua script that the server runs, known to it by a digest once it was sent. */
enum Script {
    /** Applies a batch. */
    COMMIT("commit.lua"),
    /** Reads rows. */
    GET("common.lua", "get.lua"),
    /** Lists rows. */
    SCAN("common.lua", "scan.lua"),
    /** Lists partitions. */
    PARTITIONS("common.lua", "partitions.lua"),
    /** Makes an index anew. */
    REBUILD("common.lua", "rebuild.lua"),
    /** Looks at keys. */
    CHECK("check.lua");

    private final String text;
    private final String digest;

    Script(String... files) {
        this.text = Stream.of(files).map(Script::read).collect(Collectors.joining());
        this.digest = sha1(Text.bytes(text));
    }

    /** The program. */
    byte[] text() {
        return Text.bytes(text);
    }

    /** What the server knows it by, in hexadecimal. */
    byte[] digest() {
        return Text.bytes(digest);
    }

    private static String read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the script " + file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A digest as Redis has it, in hexadecimal. */
    static String sha1(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
