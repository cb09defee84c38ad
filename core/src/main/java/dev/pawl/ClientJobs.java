package dev.pawl;

import dev.pawl.backend.StoreException;
import dev.pawl.job.Job;
import dev.pawl.job.JobEvent;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.job.UnsendableException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the jobs of a client while it is connected. Only who holds the session's lease is ever connected, so a job is sent
 * where the lease is.
 */
final class ClientJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /** Nothing a client decides waits longer for its jobs, nor does closing it. */
    private static final Duration MOMENT = Duration.ofSeconds(2);

    /** Threads for what a store may hold up; they end when there is nothing to do. */
    private static final Executor THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "pawl-jobs-turn");
        thread.setDaemon(true);
        return thread;
    });

    private final Optional<JobStore> store;
    private final Optional<SharedRunner> runner;
    private final Outbox outbox;
    private final Listeners listeners;
    private final RateLimit rate;
    private final ReentrantLock lock = new ReentrantLock();

    /** Whether we are connected, and so jobs are to be sent. */
    private volatile boolean wanted;

    // under the lock

    /** Done when all that was begun is: one after another, but never on the thread that decides. */
    private CompletableFuture<Void> turn = CompletableFuture.completedFuture(null);

    private boolean closed;

    /** Whether the runner got the store from us. Of whoever has the turn. */
    private boolean added;

    ClientJobs(Optional<JobStore> store, Outbox outbox, Listeners listeners, RateLimit rate) {
        this.store = store;
        this.outbox = outbox;
        this.listeners = listeners;
        this.rate = rate;
        this.runner = store.map(jobs -> SharedRunner.of(jobs.backend()));
    }

    /**
     * We are connected.
     *
     * @param failed told when the store could not be asked for jobs
     */
    void begin(Consumer<RuntimeException> failed) {
        if (!wanted && store.isPresent()) {
            wanted = true;
            CompletableFuture<Void> unused = behindOthers(() -> {
                if (!wanted) {
                    return;
                }
                try {
                    runner.orElseThrow().begin(this, store.get(), this::send, rate, this::heard);
                    added = true;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException e) {
                    failed.accept(e);
                }
            });
        }
    }

    private void heard(JobEvent event) {
        if (event instanceof JobEvent.Trouble trouble) {
            listeners.tellError(trouble.cause());
        }
    }

    /**
     * We are connected no more. The job in flight has failed, once the link has ended; that is waited for until it is noted,
     * but no longer than a moment: what cannot be noted now is noted later, or sent again under the same id.
     */
    void pause() {
        if (wanted) {
            wanted = false;
            await(behindOthers(this::remove));
        }
    }

    private void remove() {
        if (!added) {
            return;
        }
        added = false;
        try {
            if (!runner.orElseThrow().end(this, store.orElseThrow(), MOMENT)) {
                LOG.warn(
                        "session {}: what became of a job is not noted yet",
                        store.orElseThrow().session());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreException e) {
            LOG.warn(
                    "session {}: its jobs were not laid down cleanly",
                    store.orElseThrow().session(),
                    e);
        }
    }

    /** Has something done that the store may hold up, which then holds up only what comes behind it here. */
    private CompletableFuture<Void> behindOthers(Runnable work) {
        lock.lock();
        try {
            turn = turn.handleAsync(
                    (before, failure) -> {
                        work.run();
                        return null;
                    },
                    THREADS);
            return turn;
        } finally {
            lock.unlock();
        }
    }

    private void await(CompletableFuture<Void> done) {
        try {
            done.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "session {}: its store of jobs does not answer",
                    store.orElseThrow().session());
        } catch (ExecutionException e) {
            LOG.warn(
                    "session {}: its jobs were not laid down cleanly",
                    store.orElseThrow().session(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Job job) throws UnsendableException, InterruptedException {
        OutgoingMessage message = message(job);
        try {
            outbox.sendNow(message);
        } catch (TransportException e) {
            if (e.isPermanent()) {
                throw new UnsendableException(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /** The payload is what zaileys keeps: recipient, content and options. */
    private static OutgoingMessage message(Job job) throws UnsendableException {
        if (!(job.payload() instanceof JsonObject payload)
                || !(payload.get("content").orElse(null) instanceof JsonObject content)) {
            throw new UnsendableException("its payload is no message: an object with an object as content");
        }
        String recipient =
                payload.get("recipient").orElse(null) instanceof JsonString text ? text.value() : job.recipient();
        JsonObject options = payload.get("options").orElse(null) instanceof JsonObject given ? given : JsonObject.EMPTY;
        // It is noted as sent, and never sent again: for that the server has to have it.
        return new OutgoingMessage(recipient, content, options, job.messageId().orElseGet(Outbox::messageId))
                .untilConfirmed();
    }

    /** As {@link #pause}, for good. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        wanted = false;
        runner.ifPresent(shared -> await(behindOthers(() -> {
            try {
                remove();
            } finally {
                shared.close();
            }
        })));
    }
}
