package dev.pawl.message;

import dev.pawl.backend.StoreException;
import dev.pawl.event.RawEvent;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a store takes in events.
 *
 * @param queued the most events that wait before the source is held up
 * @param batch the most events of one commit
 * @param longestWait how long an event may wait for others to come with it; 0 stores each at once, or in a stream of
 *     them a few milliseconds after the last commit
 * @param firstPause how long to wait after a failure of the storage before trying again; doubled each time
 * @param longestPause the most it is doubled to
 * @param onError told of every failure and of everything that is set aside or dropped, on a thread of the binding
 */
public record BindingOptions(
        int queued,
        int batch,
        Duration longestWait,
        Duration firstPause,
        Duration longestPause,
        Consumer<Problem> onError) {

    /** Up to 10,000 events wait, up to 1,000 go together, none waits for others, problems are logged. */
    public static final BindingOptions STANDARD = new BindingOptions(
            10_000, 1_000, Duration.ZERO, Duration.ofMillis(100), Duration.ofSeconds(30), Problem::log);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is below 1, or a time negative
     */
    public BindingOptions {
        if (queued < 1 || batch < 1) {
            throw new IllegalArgumentException("a binding holds at least 1 event and stores at least 1 at a time");
        }
        if (longestWait.isNegative() || firstPause.isNegative() || longestPause.isNegative()) {
            throw new IllegalArgumentException("a time to wait is not negative");
        }
    }

    /** The same, telling problems to another. */
    public BindingOptions onError(Consumer<Problem> told) {
        return new BindingOptions(queued, batch, longestWait, firstPause, longestPause, told);
    }

    /** Something went wrong while events were taken in. */
    public sealed interface Problem {

        /**
         * The storage failed.
         *
         * @param cause what it said
         * @param ended whether the binding has ended, because the session was taken over or the store was closed; else
         *     it tries again
         */
        record Failed(StoreException cause, boolean ended) implements Problem {}

        /** An event could not be applied and was put aside. */
        record PutAside(SetAside event) implements Problem {}

        /**
         * An event could neither be applied nor put aside: the storage holds nothing like it, or 10,000 of them, or
         * 64 MiB, are set aside already. It is kept nowhere but here; the store counts those that had no room.
         *
         * @param event with one item
         * @param problem what is wrong, without any content
         */
        record Refused(RawEvent event, String problem) implements Problem {}

        /**
         * Parts of messages that never came are kept no longer: they waited for 30 days, or there were parts of more than
         * 10,000 messages. The store counts them too.
         *
         * @param messages how many messages they belong to
         */
        record Dropped(int messages) implements Problem {}

        /** Logs it, without content. */
        default void log() {
            org.slf4j.LoggerFactory.getLogger(BindingOptions.class).warn("while storing events: {}", this);
        }
    }
}
