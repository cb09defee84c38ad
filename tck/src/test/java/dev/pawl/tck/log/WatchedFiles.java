package dev.pawl.tck.log;

import dev.pawl.file.Disk;
import dev.pawl.tck.disk.WatchedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A disk of which a test sees what is done with each file, before it is done, and can refuse it. */
final class WatchedFiles {

    private static final Set<String> CHANGING = Set.of(
            "makeDirectory",
            "create",
            "overwrite",
            "permit",
            "give",
            "force",
            "forceDirectory",
            "rename",
            "delete",
            "tryLock",
            "openLocks");

    private WatchedFiles() {}

    /** What is done with a file. */
    enum Operation {
        /** Bytes are read, so many as the file holds. */
        READ,
        /** Something is changed or made durable, or the file is opened to do that. */
        CHANGE,
        /** Bytes are written. */
        WRITE,
        /** The file gets the name of the other one that is told. */
        RENAME,
        /** A file that was open for writing is closed. */
        CLOSE_WRITING
    }

    /** Sees what is going to be done. */
    interface Watcher {
        /**
         * Sees it, and can refuse it.
         *
         * @param file the one it is done with; where it goes for a rename
         * @param end behind the last byte that is read or written, else 0
         * @param length how many bytes are read or written at most, else 0
         */
        void before(Operation operation, Path file, long end, long length) throws IOException;
    }

    static Disk of(Disk disk, Watcher watcher) {
        return WatchedDisk.of(disk, (name, arguments, operation) -> {
            if (name.equals("read")) {
                Path file = (Path) arguments.get(0);
                long size = disk.stat(file).map(Disk.Stat::size).orElse(0L);
                watcher.before(Operation.READ, file, size, size);
            } else if (name.equals("rename")) {
                watcher.before(Operation.RENAME, (Path) arguments.get(1), 0, 0);
            } else if (CHANGING.contains(name)) {
                watcher.before(Operation.CHANGE, (Path) arguments.get(0), 0, 0);
            } else if (name.equals("open")) {
                Path file = (Path) arguments.get(0);
                boolean writing = (boolean) arguments.get(1);
                if (writing) {
                    watcher.before(Operation.CHANGE, file, 0, 0);
                }
                return ((Optional<?>) operation.answer())
                        .map(opened -> new File((Disk.OpenFile) opened, file, writing, watcher));
            }
            return operation.answer();
        });
    }

    private record File(Disk.OpenFile file, Path path, boolean writing, Watcher watcher) implements Disk.OpenFile {

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long offset, byte[] into, int at, int length) throws IOException {
            watcher.before(Operation.READ, path, offset + length, length);
            return file.read(offset, into, at, length);
        }

        @Override
        public void write(long offset, byte[] from, int at, int length) throws IOException {
            watcher.before(Operation.WRITE, path, offset + length, length);
            file.write(offset, from, at, length);
        }

        @Override
        public void setLength(long length) throws IOException {
            watcher.before(Operation.CHANGE, path, length, 0);
            file.setLength(length);
        }

        @Override
        public void force(String purpose) throws IOException {
            watcher.before(Operation.CHANGE, path, 0, 0);
            file.force(purpose);
        }

        @Override
        public void close() {
            if (writing) {
                try {
                    watcher.before(Operation.CLOSE_WRITING, path, 0, 0);
                } catch (IOException e) {
                    throw new AssertionError("nobody refuses to close a file", e);
                }
            }
            file.close();
        }
    }
}
