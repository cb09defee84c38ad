package dev.pawl;

import dev.pawl.event.RawEvent;
import dev.pawl.message.Binding;
import dev.pawl.message.EventSource;
import dev.pawl.transport.LinkHost;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Carries events from links to the history and to the listeners, in one order for both. Outlives links: the history is
 * bound to it once.
 */
final class EventFlow implements EventSource {

    private final Listeners listeners;
    private final List<Consumer<RawEvent>> receivers = new CopyOnWriteArrayList<>();

    private volatile Optional<Binding> history = Optional.empty();

    /** How many were handed over. Changed by who has the order. */
    private final AtomicLong told = new AtomicLong();

    /** Held while one event is handed over. */
    private final ReentrantLock order = new ReentrantLock(true);

    EventFlow(Listeners listeners) {
        this.listeners = listeners;
    }

    @Override
    public AutoCloseable listen(Consumer<RawEvent> listener) {
        receivers.add(listener);
        return () -> {
            receivers.remove(listener);
            // whoever is giving it an event is let finish: the receiver has said by now that it takes no more
            locked(() -> {});
        };
    }

    /** Says what stores what is handed over, and has from the first event on. */
    void storedBy(Binding binding) {
        history = Optional.of(binding);
    }

    /** How many events were handed over, and how many of them are stored. */
    LinkHost.Progress progress() {
        return new LinkHost.Progress(
                told.get(), history.map(binding -> binding.progress().applied()).orElse(0L));
    }

    /** Hands an event over; blocks while history or listeners are behind. */
    void event(RawEvent event) {
        listeners.queue().awaitRoom();
        handOver(event);
    }

    /** Hands over what was learnt from something that does not wait for listeners. */
    void learnt(List<RawEvent> events) {
        events.forEach(this::handOver);
    }

    private void handOver(RawEvent event) {
        locked(() -> {
            receivers.forEach(receiver -> receiver.accept(event));
            told.incrementAndGet();
            listeners.deliver(event);
        });
    }

    private void locked(Runnable action) {
        order.lock();
        try {
            action.run();
        } finally {
            order.unlock();
        }
    }
}
