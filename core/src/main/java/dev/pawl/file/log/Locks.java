package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.file.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock file of a directory, by what its bytes mean. It is opened when the first lock is tried, so that a store
 * that is only read has none; its directory exists then.
 *
 * <pre>
 *   4h       the right to append to the log of a session         h: the first 59 bits of SHA-256 of its name
 *   4h + 1   locked by who waits for that right, so that who has it notices
 *   4h + 2   the right to make a new log of the session
 *   2^62 + x a lease of the session                              x: the first 60 bits of SHA-256 of its name, NUL, the lease's
 * </pre>
 *
 * <p>Two names that fall on one byte only keep each other waiting, and one lease of two that do counts as alive too
 * long.
 *
 * <p>A lock file that was removed while somebody uses it, with its directory or without, would have two holders: it
 * is looked for by name at every try, and a lock counts only in the file that has the name.
 *
 * <p><b>Thread-safety.</b> Safe. <b>Interruption.</b> Neither disturbs nor is cleared by what is done here.
 */
final class Locks implements AutoCloseable {

    private static final String FILE = "lock";
    private static final long LEASES = 1L << 62;

    private final Disk disk;
    private final Path file;

    /** Held while the file is looked for and opened. */
    private final ReentrantLock opening = new ReentrantLock();

    private Optional<Opened> opened = Optional.empty();
    private boolean closed;

    private record Opened(Disk.LockFile file, Object identity) {}

    /** The locks of a directory, which need not exist yet. */
    Locks(Disk disk, Path directory) {
        this.disk = disk;
        this.file = directory.resolve(FILE);
    }

    /** The directory whose locks these are. */
    Path directory() {
        return Optional.ofNullable(file.getParent()).orElse(file);
    }

    /** The right to append to the log of a session, if it is free. */
    Optional<Disk.FileLock> tryCommit(SessionName session) throws IOException {
        return tryLock(commit(session));
    }

    /** The sign that somebody wants that right, if nobody else gives it. */
    Optional<Disk.FileLock> tryContender(SessionName session) throws IOException {
        return tryLock(commit(session) + 1);
    }

    /** The right to make a new log of a session, if it is free. */
    Optional<Disk.FileLock> tryCompaction(SessionName session) throws IOException {
        return tryLock(commit(session) + 2);
    }

    /** The lock of a lease, if it is free. */
    Optional<Disk.FileLock> tryLease(SessionName session, String name) throws IOException {
        return tryLock(lease(session, name));
    }

    /** Whether the lock file was removed or replaced since this lock was got, so that somebody else may have it too. */
    boolean lost(Disk.FileLock lock) throws IOException {
        return lock instanceof Held held && Workers.files(() -> !isThere(held.identity));
    }

    static long commit(SessionName session) {
        return 4 * (hash(session.name()) >>> 5);
    }

    static long lease(SessionName session, String name) {
        return LEASES + (hash(session.name() + '\0' + name) >>> 4);
    }

    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private Optional<Disk.FileLock> tryLock(long position) throws IOException {
        return Workers.files(() -> {
            while (true) {
                Opened now = open();
                Optional<Disk.FileLock> lock = now.file.tryLock(position);
                if (lock.isEmpty()) {
                    return lock;
                }
                if (isThere(now.identity)) {
                    return Optional.of(new Held(lock.get(), now.identity));
                }
                lock.get().close();
            }
        });
    }

    /** The file that has the name. One that lost it stays open while locks in it are held. */
    private Opened open() throws IOException {
        opening.lock();
        try {
            if (closed) {
                throw new IOException(file + ": closed");
            }
            if (opened.isPresent()) {
                if (isThere(opened.get().identity)) {
                    return opened.get();
                }
                opened.get().file.close();
                opened = Optional.empty();
            }
            Disk.LockFile locks = disk.openLocks(file);
            // If another has taken its place already, that shows when a lock was got, or at the next try.
            Optional<Object> identity = disk.stat(file).map(Disk.Stat::identity);
            if (identity.isEmpty()) {
                locks.close();
                throw new IOException(file + " has been removed while it was in use");
            }
            opened = Optional.of(new Opened(locks, identity.get()));
            return opened.get();
        } finally {
            opening.unlock();
        }
    }

    private boolean isThere(Object identity) throws IOException {
        return disk.stat(file).map(Disk.Stat::identity).equals(Optional.of(identity));
    }

    /** A lock and the file it is in. */
    private static final class Held implements Disk.FileLock {

        private final Disk.FileLock lock;
        private final Object identity;

        Held(Disk.FileLock lock, Object identity) {
            this.lock = lock;
            this.identity = identity;
        }

        @Override
        public void close() {
            Workers.call(() -> {
                lock.close();
                return true;
            });
        }
    }

    /** No more locks are got; those that are held stay so. Repeating it does nothing. */
    @Override
    public void close() {
        Workers.call(() -> {
            opening.lock();
            try {
                closed = true;
                opened.ifPresent(now -> now.file.close());
                opened = Optional.empty();
            } finally {
                opening.unlock();
            }
            return true;
        });
    }
}
