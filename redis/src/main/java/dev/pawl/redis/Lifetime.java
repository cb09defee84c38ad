package dev.pawl.redis;

import dev.pawl.backend.ClosedException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** The time in which something may be used: ends once, after whatever is under way, and nothing begins after that. */
final class Lifetime {

    private final String what;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean ended;

    /** Of this, for people. */
    Lifetime(String what) {
        this.what = what;
    }

    /**
     * Uses it.
     *
     * @throws ClosedException when it has ended
     */
    <T> T use(Supplier<T> action) {
        lock.readLock().lock();
        try {
            if (ended) {
                throw new ClosedException(what + " is closed");
            }
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Ends it, if it has not ended yet. */
    void end(Runnable ending) {
        lock.writeLock().lock();
        try {
            if (!ended) {
                ended = true;
                ending.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
