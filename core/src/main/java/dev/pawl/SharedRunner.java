package dev.pawl;

import dev.pawl.backend.Backend;
import dev.pawl.backend.SessionName;
import dev.pawl.job.JobEvent;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobSender;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one runner of all clients in this process whose jobs are in the same backend, so that many of them need one thread that
 * looks for jobs and not one each. By backend, because one that hangs then holds up nobody whose jobs are elsewhere.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class SharedRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /** Who takes over waits no longer for the job that the other has in flight. */
    private static final Duration MOMENT = Duration.ofSeconds(2);

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final IdentityHashMap<Backend, SharedRunner> ALL = new IdentityHashMap<>();

    private final Backend backend;

    /** Any number of clients send at once: none of them waits for the answers that others wait for. */
    private final JobRunner runner =
            JobRunner.builder().concurrency(Integer.MAX_VALUE).start();

    /** Who sends for each session. */
    private final Map<SessionName, Sender> senders = new ConcurrentHashMap<>();

    /** Under the lock. */
    private int users;

    /** A client and what it sends the jobs of. */
    private record Sender(Object client, JobStore store) {}

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

    /**
     * Sends the jobs of a client's session from now on, for nobody else who did: whoever is connected holds the session, and who
     * it was taken from has perhaps not noticed yet.
     *
     * @throws InterruptedException while the last job of the one before is waited for
     */
    void begin(Object client, JobStore store, JobSender jobs, RateLimit rate, Consumer<? super JobEvent> listener)
            throws InterruptedException {
        Sender own = new Sender(client, store);
        Sender before = senders.put(store.session(), own);
        if (before != null) {
            runner.remove(before.store(), MOMENT);
        }
        try {
            runner.add(store, jobs, rate, listener);
        } catch (IllegalArgumentException e) {
            if (senders.remove(store.session(), own)) {
                throw e;
            }
            LOG.debug("session {}: somebody else was faster to send its jobs", store.session());
        }
        if (!own.equals(senders.get(store.session()))) {
            // it was replaced, or ended, while its store took its time, and nobody could remove what was not there yet
            runner.remove(store, MOMENT);
        }
    }

    /**
     * Sends no more jobs for a client, unless it was replaced already.
     *
     * @return whether the one in flight was through within this time
     */
    boolean end(Object client, JobStore store, Duration longest) throws InterruptedException {
        return !senders.remove(store.session(), new Sender(client, store)) || runner.remove(store, longest);
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
