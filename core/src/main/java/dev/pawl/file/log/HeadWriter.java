package dev.pawl.file.log;

import dev.pawl.backend.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes heads: numbers, texts and keys, one behind the other, in an array that grows. */
final class HeadWriter {

    private byte[] content;
    private int size;

    /** @param room how many bytes are likely to come */
    HeadWriter(int room) {
        content = new byte[room];
    }

    /** The array, which holds what was written up to {@link #size}. */
    byte[] array() {
        return content;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return Arrays.copyOf(content, size);
    }

    void u8(int value) {
        room(1);
        content[size++] = (byte) value;
    }

    void u16(int value) {
        u8(value >>> 8);
        u8(value);
    }

    void u32(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            content[size++] = (byte) (value >>> shift);
        }
    }

    void u64(long value) {
        u32((int) (value >>> 32));
        u32((int) value);
    }

    /** Writes seven bits a byte, the lowest first; all bytes but the last have their highest bit set. */
    void varint(long value) {
        room(9);
        long rest = value;
        while (rest > 0x7F) {
            content[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        content[size++] = (byte) rest;
    }

    void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void key(Key key) {
        u8(FamilyNumbers.of(key.family()));
        text(key.partition());
        text(key.id());
    }

    void raw(byte[] bytes, int length) {
        room(length);
        System.arraycopy(bytes, 0, content, size, length);
        size += length;
    }

    private void bytes(byte[] bytes) {
        varint(bytes.length);
        raw(bytes, bytes.length);
    }

    private void room(int more) {
        if (content.length - size < more) {
            content = Arrays.copyOf(content, Math.max(Math.addExact(size, more), (int) Math.min(size * 2L, MAXIMUM)));
        }
    }

    private static final int MAXIMUM = Integer.MAX_VALUE - 16;
}
