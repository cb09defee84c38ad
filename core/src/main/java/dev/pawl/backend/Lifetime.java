package dev.pawl.backend;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The time in which something may be used: ends once, after whatever is under way, and nothing begins after that. For
 * whoever writes a backend.
 *
 * <p><b>Thread-safety.</b> Any number of threads use it at once; ending waits for them.
 */
public final class Lifetime {

    private final String what;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean ended;

    /**
     * Begins.
     *
     * @param what is used, for people
     */
    public Lifetime(String what) {
        this.what = what;
    }

    /**
     * What is done at the end.
     *
     * @param <E> how it may fail
     */
    @FunctionalInterface
    public interface Ending<E extends Exception> {

        /** Does it, once. */
        void run() throws E;
    }

    /**
     * Uses it.
     *
     * @throws ClosedException when it has ended
     */
    public <T> T use(Supplier<T> action) {
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
    public <E extends Exception> void end(Ending<E> ending) throws E {
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
