package dev.pawl;

import dev.pawl.message.Binding;
import dev.pawl.message.BindingOptions;
import dev.pawl.transport.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client is made of: put together, and ended in an order in which nothing that came is lost. */
final class ClientParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /** How long closing waits for the history to store what came. */
    private static final Duration FLUSH = Duration.ofSeconds(30);

    final ClientStores stores;
    final Listeners listeners;
    final StateBoard board = new StateBoard();
    final Outbox outbox;
    final Lifecycle lifecycle;
    private final Optional<Transport> ownTransport;
    private final ClientJobs jobs;
    private final Binding history;

    /** Puts it together. What was opened for it is closed by whoever opened it when this fails, and by {@link #close} later. */
    ClientParts(ClientBuilder builder, ClientStores stores, Transport transport) {
        this.stores = stores;
        this.ownTransport = builder.transport.isPresent() ? Optional.empty() : Optional.of(transport);
        this.listeners = new Listeners(stores.session());
        this.outbox = new Outbox(listeners.queue(), board, builder.answers);
        this.jobs = new ClientJobs(stores.jobs(), outbox, listeners, builder.rate);
        EventFlow events = new EventFlow(listeners);
        KeyWriter writer = new KeyWriter(stores.auth());
        this.lifecycle = new Lifecycle(
                stores,
                transport,
                owner -> new LinkSession(stores, writer, events, this::isStoredWithin, listeners, owner),
                listeners,
                board,
                outbox,
                jobs,
                new Reconnection(builder.reconnect, builder.chance),
                builder.reconnect,
                new ClientThread(stores.session(), builder.timers));
        try {
            this.history = stores.messages()
                    .bind(events, BindingOptions.STANDARD.onError(new HistoryProblems(lifecycle, listeners)));
            events.storedBy(history);
        } catch (RuntimeException e) {
            // whoever opens the client closes the stores; the threads are ours
            ClientStores.closeAll(
                    new ArrayDeque<>(List.<AutoCloseable>of(lifecycle::close, jobs, listeners.queue()::close)), e);
            throw e;
        }
    }

    private boolean isStoredWithin(Duration longest) throws InterruptedException {
        return history.flush(longest);
    }

    /** Ends the connection, after what is being stored. */
    void disconnect() {
        awaitingAnswer(lifecycle::disconnect);
        try {
            if (!history.flush(FLUSH)) {
                LOG.warn("session {}: the history has not stored all that came yet", stores.session());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it all, each whatever becomes of those before it: the engine is never left running, nor the session held. */
    @Override
    public void close() {
        Deque<AutoCloseable> parts = new ArrayDeque<>(
                List.<AutoCloseable>of(() -> awaitingAnswer(lifecycle::close), history, jobs, this::endListeners));
        ownTransport.ifPresent(parts::add);
        parts.add(stores);
        ClientStores.closeAll(parts);
    }

    /** What is being told over the link is to wait for no listener meanwhile. */
    private void awaitingAnswer(Runnable end) {
        listeners.queue().beginAwaitingAnswer();
        try {
            end.run();
        } finally {
            listeners.queue().endAwaitingAnswer();
        }
    }

    private void endListeners() {
        listeners.queue().close();
        try {
            listeners.queue().awaitEnd(FLUSH.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
