package dev.pawl;

import dev.pawl.backend.StoreException;
import dev.pawl.job.Job;
import dev.pawl.job.JobEvent;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobSender;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.job.UnsendableException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
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

    private final Optional<JobStore> store;
    private final Optional<JobRunner> runner;
    private final Outbox outbox;

    /** Of the thread of the lifecycle. */
    private boolean running;

    ClientJobs(Optional<JobStore> store, Outbox outbox, Listeners listeners, RateLimit rate) {
        this.store = store;
        this.outbox = outbox;
        this.runner = store.map(any -> JobRunner.builder()
                .rate(rate)
                .onEvent(event -> {
                    if (event instanceof JobEvent.Trouble trouble) {
                        listeners.tellError(trouble.cause());
                    }
                })
                .start());
    }

    /** We are connected. */
    void begin() {
        if (!running && store.isPresent()) {
            runner.orElseThrow().add(store.get(), (JobSender) this::send);
            running = true;
        }
    }

    /**
     * We are connected no more. The job in flight has failed, once the link has ended; that is waited for until it is noted,
     * but no longer than a moment: what cannot be noted now is noted later, or sent again under the same id.
     */
    void pause() {
        if (running) {
            running = false;
            try {
                if (!runner.orElseThrow().remove(store.orElseThrow(), MOMENT)) {
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
        try {
            if (runner.isPresent() && !runner.get().stop(MOMENT)) {
                LOG.debug("a job is being noted while its client is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
