package dev.pawl.message;

import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import java.util.List;

/** Finds what events do to messages: rules M16 to M19, M23, M25, R2 of {@code docs/message-rules.md}. */
final class Acts {

    private Acts() {}

    /**
     * What an event does to messages, in the order in which it is to be done; empty for events that are not about
     * messages, and for deletions.
     */
    static List<Act> of(Event event) {
        throw new UnsupportedOperationException("designed, not built");
    }

    /**
     * What an event does that has waited as {@link Act#event}: without the arrival of the message that brought it.
     *
     * @throws dev.pawl.event.InvalidEventException when it is no such event
     */
    static List<Act> ofWaiting(RawEvent event) {
        throw new UnsupportedOperationException("designed, not built");
    }
}
