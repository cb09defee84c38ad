package dev.pawl.message;

import java.util.List;

/**
 * What is kept nowhere because there is a bound: W1 and W2 of {@code docs/message-rules.md}. Rows of the store count it.
 *
 * @param events that could not be applied, and of which as many are set aside as may be
 * @param waiting how many messages that are not there no longer have parts waiting
 */
record Dropped(List<SetAside> events, int waiting) {

    static final Dropped NOTHING = new Dropped(List.of(), 0);

    /** Copies the list. */
    Dropped {
        events = List.copyOf(events);
    }

    long count() {
        return events.size() + (long) waiting;
    }
}
