package dev.pawl.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a job is sent again. Immutable, and stored as two texts from which a {@link RecurrenceProvider} makes it anew.
 *
 * <p>Core brings intervals; the module {@code pawl-cron} brings cron expressions. <b>Not supported.</b> Making up for
 * each occurrence that was missed: the first late one is sent or skipped, and the next is in the future.
 */
public interface Recurrence {

    /** Which provider reads it: {@code every} or {@code cron}, for example. */
    String kind();

    /** The rule in the words of its kind. */
    String rule();

    /**
     * The next occurrence.
     *
     * @param occurrence the one before
     * @param now nothing that is not behind this is returned
     * @return the first occurrence behind both, empty when there is none
     */
    Optional<Instant> after(Instant occurrence, Instant now);

    /**
     * At equal distances from the first time on, which missed occurrences and late sends do not shift.
     *
     * @throws IllegalArgumentException when the distance is under a millisecond
     */
    static Recurrence every(Duration distance) {
        return new Interval(distance);
    }
}
