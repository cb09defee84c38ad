package dev.pawl.jdbc;

import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps two uses of one file apart that SQLite cannot keep apart when they meet in one process: a connection for writing
 * is never being opened while a private read goes on.
 *
 * <p>A private read ({@link ReadOnlyReaders}) maps the shared memory beside the file without the right to write to it.
 * SQLite has one mapping for a whole process: a connection for writing that joins such a mapping can never write. And a
 * private read without locks gives up the locks of the process on the file when it ends. The other way round both are
 * harmless, because the mapping is there already.
 *
 * <p><b>Not supported.</b> Connections for writing that are opened by somebody else in this process.
 */
final class FileUse {

    /** So many files can be opened at a time; two that share one wait for each other without need. */
    private static final ReadWriteLock[] STRIPES = new ReadWriteLock[64];

    static {
        for (int i = 0; i < STRIPES.length; i++) {
            // Fair, so that reads that follow one another without a gap do not keep a writer out.
            STRIPES[i] = new ReentrantReadWriteLock(true);
        }
    }

    private FileUse() {}

    /** Something that is done with a file. */
    @FunctionalInterface
    interface Action<T, E extends Exception> {
        T run() throws E;
    }

    /**
     * Reads privately; any number do at a time.
     *
     * @param file its real path
     */
    static <T, E extends Exception> T reading(Path file, Action<T, E> read) throws E {
        return locked(stripe(file).readLock(), read);
    }

    /**
     * Makes the file, or opens a connection for writing and does the first read on it, with which SQLite maps the shared
     * memory.
     *
     * @param file its real path
     */
    static <T, E extends Exception> T openingForWriting(Path file, Action<T, E> open) throws E {
        return locked(stripe(file).writeLock(), open);
    }

    private static ReadWriteLock stripe(Path file) {
        return STRIPES[Math.floorMod(file.hashCode(), STRIPES.length)];
    }

    private static <T, E extends Exception> T locked(Lock lock, Action<T, E> action) throws E {
        lock.lock();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }
}
