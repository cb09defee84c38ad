package dev.pawl.tck.disk;

import java.util.Arrays;

/** Bytes that grow and shrink, as a file's. What lies beyond the end reads as zeros once the end moves there. */
final class Image {

    private byte[] bytes;
    private int length;

    private Image(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    static Image of(byte[] content) {
        return new Image(content.clone(), content.length);
    }

    Image copy() {
        return new Image(Arrays.copyOf(bytes, length), length);
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    int read(long offset, byte[] into, int at, int most) {
        if (offset >= length) {
            return 0;
        }
        int count = (int) Math.min(most, length - offset);
        System.arraycopy(bytes, (int) offset, into, at, count);
        return count;
    }

    void write(long offset, byte[] from, int at, int count) {
        if (count > 0) {
            setLength(Math.max(length, offset + count));
            System.arraycopy(from, at, bytes, (int) offset, count);
        }
    }

    void setLength(long wanted) {
        int next = Math.toIntExact(wanted);
        if (next < length) {
            Arrays.fill(bytes, next, length, (byte) 0);
        } else if (next > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(next, (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
        }
        length = next;
    }
}
