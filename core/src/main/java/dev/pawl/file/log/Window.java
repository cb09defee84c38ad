package dev.pawl.file.log;

import dev.pawl.file.Disk;
import java.io.IOException;

/** The part of a file that is in memory while somebody reads from its beginning to its end, with jumps. */
final class Window {

    /** How much is read at once, where nobody asks for more. */
    static final int CHUNK = 256 * 1024;

    private final Disk.OpenFile file;
    private long size;
    private byte[] content = new byte[0];
    private long start;
    private int filled;

    /** The file as long as it is now: what is added later is not seen. */
    Window(Disk.OpenFile file) throws IOException {
        this.file = file;
        this.size = file.size();
    }

    /** How long the file is; less than in the beginning once it was found cut meanwhile. */
    long size() {
        return size;
    }

    /** The array in which {@link #at} finds bytes. */
    byte[] content() {
        return content;
    }

    /** Whether these bytes of the file are in memory. */
    boolean holds(long offset, int length) {
        return offset >= start && offset + length <= start + filled;
    }

    /**
     * Brings bytes of the file into memory. What was there before may move.
     *
     * @return where the first of them stands in {@link #content}, or -1 when the file ends before the last one
     */
    int at(long offset, int length) throws IOException {
        if (length > size - offset) {
            return -1;
        }
        if (!holds(offset, length)) {
            move(offset, (int) Math.min(Math.max(length, CHUNK), size - offset));
            if (filled < length) {
                return -1;
            }
        }
        return (int) (offset - start);
    }

    /** Reads without moving the window; how many bytes there are is returned. */
    int peek(long offset, byte[] into) throws IOException {
        return file.read(offset, into, 0, into.length);
    }

    private void move(long offset, int length) throws IOException {
        byte[] target = content.length < length ? new byte[length] : content;
        int kept = 0;
        if (offset >= start && offset < start + filled) {
            kept = (int) (start + filled - offset);
            System.arraycopy(content, (int) (offset - start), target, 0, kept);
        }
        content = target;
        start = offset;
        filled = kept;
        int read = file.read(offset + kept, content, kept, length - kept);
        filled += read;
        if (filled < length) {
            size = offset + filled;
        }
    }
}
