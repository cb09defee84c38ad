package dev.pawl.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** A Lua script that the server runs, known to it by a digest once it was sent. */
enum Script {
    /** Makes a lane. */
    LANE("lane.lua"),
    /** Applies a batch. */
    COMMIT("commit.lua"),
    /** Reads rows. */
    GET("common.lua", "get.lua"),
    /** Lists rows at one end of a partition. */
    EDGE("edge.lua"),
    /** Lists rows. */
    SCAN("common.lua", "scan.lua"),
    /** Lists partitions. */
    PARTITIONS("common.lua", "partitions.lua"),
    /** Makes an index anew. */
    REBUILD("common.lua", "rebuild.lua"),
    /** Puts a partition in order, without its index. */
    ORDER("common.lua", "order.lua"),
    /** Notes sessions in their index. */
    NOTE("note.lua"),
    /** Looks which sessions there are. */
    SESSIONS("sessions.lua"),
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

    /** Has it run by a server that knows it. */
    CommandArguments byDigest(List<byte[]> keys, List<byte[]> arguments) {
        return command(Protocol.Command.EVALSHA, Text.bytes(digest), keys, arguments);
    }

    /** Has it run by a server that does not know it yet. */
    CommandArguments inFull(List<byte[]> keys, List<byte[]> arguments) {
        return command(Protocol.Command.EVAL, text(), keys, arguments);
    }

    private static CommandArguments command(
            Protocol.Command name, byte[] script, List<byte[]> keys, List<byte[]> arguments) {
        CommandArguments command = new CommandArguments(name).add(script).add(keys.size());
        keys.forEach(command::key);
        arguments.forEach(command::add);
        return command;
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
