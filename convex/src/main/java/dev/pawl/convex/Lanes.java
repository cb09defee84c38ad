package dev.pawl.convex;

import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/** The lanes of one client: each is used by one change at a time, and numbers its changes. */
final class Lanes {

    private final String client = UUID.randomUUID().toString();
    private final AtomicLong made = new AtomicLong();
    private final Deque<Lane> free = new ConcurrentLinkedDeque<>();

    /**
     * A lane with the number of its next change.
     *
     * @param name unlike all others
     * @param number from 1
     */
    record Lane(String name, long number) {}

    /** One that nobody uses, the last used first: lanes that a crowd needed once grow old. */
    Lane take() {
        Lane lane = free.pollFirst();
        return lane != null ? lane : fresh();
    }

    /** One that was never used. */
    Lane fresh() {
        return new Lane(client + "-" + made.incrementAndGet(), 1);
    }

    /** Gives one back whose change was decided. One that nobody knows about is not given back: its change may come late. */
    void decided(Lane lane) {
        free.offerFirst(new Lane(lane.name(), lane.number() + 1));
    }

    /** Gives one back whose number was not used up. */
    void unused(Lane lane) {
        free.offerFirst(lane);
    }
}
