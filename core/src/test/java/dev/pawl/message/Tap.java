package dev.pawl.message;

import dev.pawl.event.RawEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A source that says what a test has it say, on the thread of the test. */
final class Tap implements EventSource {

    private final List<Consumer<RawEvent>> listeners = new CopyOnWriteArrayList<>();

    @Override
    public AutoCloseable listen(Consumer<RawEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Says these numbers, the first included and the last not. */
    void say(long first, long end) {
        for (long number = first; number < end; number++) {
            RawEvent event = Shelf.event(number);
            listeners.forEach(listener -> listener.accept(event));
        }
    }

    int listeners() {
        return listeners.size();
    }
}
