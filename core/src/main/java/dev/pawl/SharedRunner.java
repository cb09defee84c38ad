package dev.pawl;

import dev.pawl.backend.Backend;
import dev.pawl.job.JobRunner;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one runner of all clients in this process whose jobs are in the same backend, so that many of them need one thread that
 * looks for jobs and not one each. By backend, because one that hangs then holds up nobody whose jobs are elsewhere.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class SharedRunner implements AutoCloseable {

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final IdentityHashMap<Backend, SharedRunner> ALL = new IdentityHashMap<>();

    private final Backend backend;

    /** Any number of clients send at once: none of them waits for the answers that others wait for. */
    private final JobRunner runner =
            JobRunner.builder().concurrency(Integer.MAX_VALUE).start();

    /** Under the lock. */
    private int users;

    private SharedRunner(Backend backend) {
        this.backend = backend;
    }

    /** That of a backend, until it is closed as often as this is called. */
    static SharedRunner of(Backend backend) {
        LOCK.lock();
        try {
            SharedRunner shared = ALL.computeIfAbsent(backend, SharedRunner::new);
            shared.users++;
            return shared;
        } finally {
            LOCK.unlock();
        }
    }

    JobRunner runner() {
        return runner;
    }

    /** For one of its users. The last one ends it; it does not wait for what cannot be noted. */
    @Override
    public void close() {
        LOCK.lock();
        try {
            users--;
            if (users > 0) {
                return;
            }
            ALL.remove(backend);
        } finally {
            LOCK.unlock();
        }
        try {
            runner.stop(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
