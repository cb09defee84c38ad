package dev.pawl.baileys;

import dev.pawl.transport.LinkHost.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Tells the bridge up to which event of a link the client has taken all, by which it knows when to stop reading from the
 * server, and up to which the history has them, by which it knows what it need not keep. Of events that come fast not
 * each is confirmed by itself: a confirmation means all up to that one.
 *
 * <p>All but {@link #came} is of the lane of the events.
 */
final class Confirmations {

    /** Few beside the events that the bridge has under way before it stops reading. */
    private static final int MOST_UNCONFIRMED = 16;

    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final Lane lane;
    private final Supplier<Progress> progress;
    private final Teller teller;

    /** The event that came last. */
    private final AtomicLong newest = new AtomicLong();

    private final Deque<Taken> unstored = new ArrayDeque<>();
    private long confirmed;
    private long stored;
    private boolean looksLater;
    private boolean over;

    /** Tells the bridge. */
    @FunctionalInterface
    interface Teller {
        void tell(long taken, long stored);
    }

    /** An event, and how many the client had been told of when it had taken this one. */
    private record Taken(long number, long told) {}

    Confirmations(Lane lane, Supplier<Progress> progress, Teller teller) {
        this.lane = lane;
        this.progress = progress;
        this.teller = teller;
    }

    /** An event came: it waits for its turn in the lane. */
    void came(long number) {
        newest.set(number);
    }

    /** The client took an event over. */
    void taken(long number) {
        Progress now = progress.get();
        unstored.add(new Taken(number, now.told()));
        look(now);
        if (number == newest.get() || number - confirmed >= MOST_UNCONFIRMED) {
            confirm(number);
        }
        lookLater();
    }

    /** An event was left out. */
    void leftOut(long number) {
        confirm(number);
    }

    /** Nothing is told any more. */
    void end() {
        over = true;
    }

    private void confirm(long number) {
        confirmed = number;
        teller.tell(number, stored);
    }

    private boolean look(Progress now) {
        long before = stored;
        for (Taken first = unstored.peek(); first != null && first.told() <= now.stored(); first = unstored.peek()) {
            stored = first.number();
            unstored.remove();
        }
        return stored > before;
    }

    /** What is stored behind our back, nobody tells. */
    private void lookLater() {
        if (looksLater || over || unstored.isEmpty()) {
            return;
        }
        looksLater = true;
        LATER.execute(() -> lane.run(() -> {
            looksLater = false;
            if (!over && look(progress.get())) {
                teller.tell(confirmed, stored);
            }
            lookLater();
        }));
    }
}
