package dev.pawl.tck.process;

import static java.util.Objects.requireNonNull;

import dev.pawl.event.RawEvent;
import dev.pawl.message.EventSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A source that gives these events, one after another, from a thread of its own. For one listener. */
final class Feed implements EventSource {

    private final List<RawEvent> events;
    private final AtomicInteger given;
    private final AtomicReference<@Nullable Consumer<RawEvent>> listener = new AtomicReference<>();
    private final Thread thread = new Thread(this::give, "feed");

    /** Gives the events from this one on. */
    Feed(List<RawEvent> events, int from) {
        this.events = events;
        this.given = new AtomicInteger(from);
        thread.setDaemon(true);
    }

    @Override
    public AutoCloseable listen(Consumer<RawEvent> first) {
        listener.set(first);
        thread.start();
        return () -> listener.set(null);
    }

    private void give() {
        while (given.get() < events.size()) {
            Consumer<RawEvent> now = listener.get();
            if (now == null) {
                return;
            }
            now.accept(requireNonNull(events.get(given.get())));
            given.incrementAndGet();
        }
    }

    /** Up to where the listener has taken them over. */
    int given() {
        return given.get();
    }

    boolean isAtEnd() {
        return given() == events.size();
    }
}
