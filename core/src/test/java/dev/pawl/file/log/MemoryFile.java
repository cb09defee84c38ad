package dev.pawl.file.log;

import dev.pawl.file.Disk;
import java.util.Arrays;

/** A file in memory, which counts how often it is read. */
final class MemoryFile implements Disk.OpenFile {

    private byte[] content;
    private int size;
    int reads;

    MemoryFile(byte[] content) {
        this.content = content.clone();
        this.size = content.length;
    }

    byte[] bytes() {
        return Arrays.copyOf(content, size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long offset, byte[] into, int at, int length) {
        reads++;
        int read = (int) Math.max(0, Math.min(length, size - offset));
        if (read > 0) {
            System.arraycopy(content, (int) offset, into, at, read);
        }
        return read;
    }

    @Override
    public void write(long offset, byte[] from, int at, int length) {
        setLength(Math.max(size, offset + length));
        System.arraycopy(from, at, content, (int) offset, length);
    }

    @Override
    public void setLength(long length) {
        if (length > content.length) {
            content = Arrays.copyOf(content, (int) Math.max(length, content.length * 2L));
        }
        if (length < size) {
            Arrays.fill(content, (int) length, size, (byte) 0);
        }
        size = (int) length;
    }

    @Override
    public void force(String purpose) {}

    @Override
    public void close() {}
}
