package dev.pawl.json;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * An immutable sequence of bytes: a stored value, a key, a JSON text.
 *
 * <p>Compared as unsigned bytes, the way the ids of rows are ordered; for valid UTF-8 that is the order of code points.
 * {@link #toString()} names only the size, because the content is often a secret.
 *
 * <p><b>Thread-safety.</b> Immutable, safe to share.
 *
 * <p><b>Not supported.</b> Views of a part, and comparison in constant time.
 */
public final class Bytes implements Comparable<Bytes> {
    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Returns a copy of {@code content}; later changes of the array are not seen. */
    public static Bytes copyOf(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content.clone());
    }

    /**
     * Takes over {@code content} without copying it.
     *
     * @param content an array the caller gives away and never changes again
     */
    public static Bytes wrap(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(requireNonNull(content));
    }

    /**
     * Encodes {@code text} in UTF-8.
     *
     * @throws IllegalArgumentException when the text holds half of a surrogate pair, which UTF-8 cannot express
     */
    public static Bytes utf8(String text) {
        if (Utf8.unpairedSurrogate(text) >= 0) {
            throw new IllegalArgumentException(
                    "half of a surrogate pair at index " + Utf8.unpairedSurrogate(text) + " has no UTF-8 form");
        }
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The number of bytes. */
    public int size() {
        return content.length;
    }

    /**
     * The byte at {@code index}, as Java has it (-128 to 127).
     *
     * @throws IndexOutOfBoundsException when {@code index} is negative or not below {@link #size()}
     */
    public byte byteAt(int index) {
        return content[index];
    }

    /** Returns a fresh array of these bytes. */
    public byte[] toArray() {
        return content.clone();
    }

    /**
     * Copies all of these bytes into an array.
     *
     * @param at where the first one goes
     * @throws IndexOutOfBoundsException when there is no room for all of them; nothing was copied then
     */
    public void copyTo(byte[] into, int at) {
        System.arraycopy(content, 0, into, at, content.length);
    }

    /** Has a checksum take in all of these bytes. It is of a class that cannot do anything else with them. */
    public void update(CRC32C checksum) {
        checksum.update(content, 0, content.length);
    }

    /**
     * Decodes these bytes as UTF-8, strictly.
     *
     * @throws JsonException when they are not valid UTF-8; its offset is the first bad byte
     */
    public String utf8() {
        int bad = Utf8.firstInvalid(content);
        if (bad >= 0) {
            throw new JsonException(JsonParser.INVALID_UTF8, bad);
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    /** Returns a read-only view that shares these bytes, from position 0 to {@link #size()}. */
    public ByteBuffer asBuffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /** The array itself, for readers in this package that neither change nor keep it. */
    byte[] array() {
        return content;
    }

    /** Compares as unsigned bytes; a prefix comes before what it is a prefix of. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(content, other.content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Returns the size and never the content, as in {@code Bytes[812]}. */
    @Override
    public String toString() {
        return "Bytes[" + content.length + "]";
    }
}
