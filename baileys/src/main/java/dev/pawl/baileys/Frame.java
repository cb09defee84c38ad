package dev.pawl.baileys;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * One frame of the channel to the bridge: its length in four bytes, big endian, and one JSON object in UTF-8.
 * {@code channel.mjs} says what is in them. Collects members; for one thread.
 */
final class Frame {

    /** More than any event is, and less than an array of bytes may be. */
    private static final int LARGEST = 1 << 30;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    Frame() {
        bytes.writeBytes(new byte[Integer.BYTES]);
    }

    /** The answer to a question of the bridge. */
    static Frame ok(long id, JsonValue value) {
        return new Frame().put("a", id).put("ok", value);
    }

    /** An error for an answer, which the bridge hands to Baileys. */
    static Frame refusal(long id, String reason) {
        return new Frame().put("a", id).put("error", reason);
    }

    Frame put(String name, long value) {
        return put(name, JsonNumber.of(value).toBytes());
    }

    Frame put(String name, String value) {
        return put(name, new JsonString(value).toBytes());
    }

    Frame put(String name, JsonValue value) {
        return put(name, value.toBytes());
    }

    /** Adds a member whose value is JSON text already, as it is. */
    Frame put(String name, Bytes text) {
        bytes.write(bytes.size() == Integer.BYTES ? '{' : ',');
        write(new JsonString(name).toBytes());
        bytes.write(':');
        write(text);
        return this;
    }

    /** Adds records as a list of pairs of id and value, each value as it is. */
    Frame records(String name, Map<String, Bytes> records) {
        ByteArrayOutputStream list = new ByteArrayOutputStream(1024);
        list.write('[');
        records.forEach((id, text) -> {
            list.write(list.size() == 1 ? ' ' : ',');
            list.write('[');
            list.writeBytes(new JsonString(id).toBytes().toArray());
            list.write(',');
            list.writeBytes(text.toArray());
            list.write(']');
        });
        list.write(']');
        return put(name, Bytes.wrap(list.toByteArray()));
    }

    private void write(Bytes text) {
        bytes.writeBytes(text.toArray());
    }

    /** The whole frame. */
    byte[] encoded() {
        bytes.write('}');
        byte[] frame = bytes.toByteArray();
        ByteBuffer.wrap(frame).putInt(0, frame.length - Integer.BYTES);
        return frame;
    }

    /** Reads the JSON of the next frame; empty when there are no more. */
    static Optional<Bytes> read(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            return Optional.empty();
        }
        if (length < 2 || length > LARGEST) {
            throw new IOException("a frame of " + length + " bytes: this is not the bridge");
        }
        byte[] content = new byte[length];
        in.readFully(content);
        return Optional.of(Bytes.wrap(content));
    }
}
