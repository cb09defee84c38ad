package dev.pawl.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one open descriptor of a file whose bytes are locks, shared by all of this process that use it: where locks belong
 * to processes, closing a second descriptor would drop the locks of the first.
 */
final class SystemLocks {

    private static final ReentrantLock TURN = new ReentrantLock();

    /** By real path. Whoever reads or changes one has the turn. */
    private static final Map<Path, SystemLocks> OPEN = new HashMap<>();

    private final Path path;
    private final FileChannel channel;
    private final Object identity;

    /** The bytes that this process holds or is about to try. */
    private final Set<Long> taken = new HashSet<>();

    private int users;
    private boolean neverClosed;

    private SystemLocks(Path path, FileChannel channel, Object identity) {
        this.path = path;
        this.channel = channel;
        this.identity = identity;
    }

    /** Makes the descriptor. */
    interface Opening {
        FileChannel open() throws IOException;
    }

    /** Looks at what stands under the path. */
    interface Identity {
        Object now() throws IOException;
    }

    /**
     * Opens the file, or joins those of this process that have it open.
     *
     * @param path the one spelling of it
     * @param identity of what stands under the path; one that was replaced since it was opened is not joined
     */
    static Disk.LockFile open(Path path, Opening opening, Identity identity) throws IOException {
        TURN.lock();
        try {
            SystemLocks locks = OPEN.get(path);
            if (locks == null || !locks.identity.equals(identity.now())) {
                FileChannel channel = opening.open();
                try {
                    locks = new SystemLocks(path, channel, identity.now());
                } catch (IOException | RuntimeException e) {
                    channel.close();
                    throw e;
                }
                OPEN.put(path, locks);
            }
            locks.users++;
            return new User(locks);
        } finally {
            TURN.unlock();
        }
    }

    private static final class User implements Disk.LockFile {

        private final SystemLocks locks;
        private final AtomicBoolean open = new AtomicBoolean(true);

        User(SystemLocks locks) {
            this.locks = locks;
        }

        @Override
        public Optional<Disk.FileLock> tryLock(long position) throws IOException {
            return locks.tryLock(position, open);
        }

        @Override
        public void close() {
            if (open.getAndSet(false)) {
                locks.leave();
            }
        }
    }

    private Optional<Disk.FileLock> tryLock(long position, AtomicBoolean open) throws IOException {
        TURN.lock();
        try {
            if (!open.get()) {
                throw new IOException(path + ": closed");
            }
            // From here on the descriptor stays open, so the system can be asked outside the turn.
            if (!taken.add(position)) {
                return Optional.empty();
            }
        } finally {
            TURN.unlock();
        }
        Optional<java.nio.channels.FileLock> lock = Optional.empty();
        try {
            lock = ask(position);
        } finally {
            if (lock.isEmpty()) {
                free(position);
            }
        }
        return lock.map(held -> new Held(this, position, held));
    }

    private Optional<java.nio.channels.FileLock> ask(long position) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(position, 1, false));
        } catch (OverlappingFileLockException e) {
            keepOpen(); // Another copy of this class holds it, and closing ours would take it away.
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private static final class Held implements Disk.FileLock {

        private final SystemLocks locks;
        private final long position;
        private final java.nio.channels.FileLock lock;
        private final AtomicBoolean held = new AtomicBoolean(true);

        Held(SystemLocks locks, long position, java.nio.channels.FileLock lock) {
            this.locks = locks;
            this.position = position;
            this.lock = lock;
        }

        @Override
        public void close() {
            if (!held.getAndSet(false)) {
                return;
            }
            try {
                lock.release();
            } catch (IOException e) {
                // The system keeps it until the descriptor is closed; asking again will be refused until then.
            } finally {
                locks.free(position);
            }
        }
    }

    private void keepOpen() {
        TURN.lock();
        try {
            neverClosed = true;
        } finally {
            TURN.unlock();
        }
    }

    private void free(long position) {
        TURN.lock();
        try {
            taken.remove(position);
            closeIfUnused();
        } finally {
            TURN.unlock();
        }
    }

    private void leave() {
        TURN.lock();
        try {
            users--;
            closeIfUnused();
        } finally {
            TURN.unlock();
        }
    }

    /** Closes within the turn: who opens the file next must not lock it before this descriptor is gone. */
    private void closeIfUnused() {
        if (users > 0 || !taken.isEmpty() || neverClosed) {
            return;
        }
        OPEN.remove(path, this);
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone either way.
        }
    }
}
