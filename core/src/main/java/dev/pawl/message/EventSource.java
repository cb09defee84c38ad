package dev.pawl.message;

import dev.pawl.event.RawEvent;
import java.util.function.Consumer;

/** Something that events come from: a client, a pipe, a test. */
@FunctionalInterface
public interface EventSource {

    /**
     * Has every event from now on given to {@code listener}, in the order in which they happened, one at a time.
     *
     * <p>The listener <b>blocks</b> while more than the receiver can hold is under way: that is how the source learns
     * that it is too fast. It returns when the event is taken over, which is before it is stored. It throws, and has
     * not taken the event over, when no event will be taken any more, and when its thread is interrupted while it is
     * held up, which leaves the thread interrupted.
     *
     * @return ends it: when that returns, the listener is called no more
     */
    AutoCloseable listen(Consumer<RawEvent> listener);
}
