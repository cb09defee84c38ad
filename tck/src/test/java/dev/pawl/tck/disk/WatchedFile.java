package dev.pawl.tck.disk;

import dev.pawl.file.Disk;
import java.io.IOException;

/** An open file of which a test sees what is written and forced. */
final class WatchedFile implements Disk.OpenFile {

    /** Sees operations before they are done. */
    interface Watcher {
        default void writing(long offset, int length) {}

        default void forcing(String purpose) {}
    }

    private final Disk.OpenFile file;
    private final Watcher watcher;

    WatchedFile(Disk.OpenFile file, Watcher watcher) {
        this.file = file;
        this.watcher = watcher;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public int read(long offset, byte[] into, int at, int length) throws IOException {
        return file.read(offset, into, at, length);
    }

    @Override
    public void write(long offset, byte[] from, int at, int length) throws IOException {
        watcher.writing(offset, length);
        file.write(offset, from, at, length);
    }

    @Override
    public void setLength(long length) throws IOException {
        file.setLength(length);
    }

    @Override
    public void force(String purpose) throws IOException {
        watcher.forcing(purpose);
        file.force(purpose);
    }

    @Override
    public void close() {
        file.close();
    }
}
