package dev.pawl.job;

import dev.pawl.backend.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is particular about a job; what is not said is as the {@link JobRunner} has it.
 *
 * @param id its id: scheduling the same id twice is refused, so a caller who does not know whether an earlier call
 *     succeeded repeats it with the same id. A random UUID unless said.
 * @param messageId the id of the outgoing message, the same in every attempt; chosen when it is scheduled unless said
 * @param skipAfter not sent when it is later than this, in the first attempt or any other
 * @param maxAttempts given up after this many attempts
 * @param recurrence when it is to be sent again
 */
public record JobOptions(
        Optional<String> id,
        Optional<String> messageId,
        Optional<Duration> skipAfter,
        OptionalInt maxAttempts,
        Optional<Recurrence> recurrence) {

    /** Nothing particular. */
    public static final JobOptions NONE =
            new JobOptions(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());

    /** The longest time of any kind that can be asked for: a century. */
    public static final Duration LONGEST = Duration.ofDays(36_525);

    /** The longest id of a job, in characters. */
    public static final int LONGEST_ID = 200;

    /**
     * Checks what is said.
     *
     * @throws IllegalArgumentException when an id is blank or too long, attempts are below 1, or time is negative or
     *     over {@link #LONGEST}
     */
    public JobOptions {
        id.ifPresent(text -> requireId(text, "the id of a job"));
        messageId.ifPresent(text -> requireId(text, "the id of a message"));
        if (maxAttempts.isPresent() && maxAttempts.getAsInt() < 1) {
            throw new IllegalArgumentException("a job has at least 1 attempt, not " + maxAttempts.getAsInt());
        }
        skipAfter.ifPresent(JobOptions::requireTime);
    }

    static void requireTime(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a time is not negative, and not over a century");
        }
    }

    static void requireId(String text, String what) {
        if (text.isBlank() || text.length() > LONGEST_ID) {
            throw new IllegalArgumentException(what + " has 1 to " + LONGEST_ID + " characters");
        }
    }

    /** The same, with this id. */
    public JobOptions id(String text) {
        return new JobOptions(Optional.of(text), messageId, skipAfter, maxAttempts, recurrence);
    }

    /** The same, with this id of the outgoing message. */
    public JobOptions messageId(String text) {
        return new JobOptions(id, Optional.of(text), skipAfter, maxAttempts, recurrence);
    }

    /** The same, not sent when it is later than this. */
    public JobOptions skipAfter(Duration late) {
        return new JobOptions(id, messageId, Optional.of(late), maxAttempts, recurrence);
    }

    /** The same, given up after this many attempts. */
    public JobOptions maxAttempts(int attempts) {
        return new JobOptions(id, messageId, skipAfter, OptionalInt.of(attempts), recurrence);
    }

    /** The same, again and again. */
    public JobOptions recurring(Recurrence rule) {
        return new JobOptions(id, messageId, skipAfter, maxAttempts, Optional.of(rule));
    }

    /**
     * A time as it is stored.
     *
     * @throws IllegalArgumentException when it is before 1970 or too far ahead
     */
    static long millis(Instant time) {
        long millis;
        try {
            millis = time.toEpochMilli();
        } catch (ArithmeticException e) {
            millis = -1;
        }
        if (millis < 0 || millis > Row.MAX_ORDER) {
            throw new IllegalArgumentException("a job has a time between 1970 and 2^53 milliseconds later");
        }
        return millis;
    }

    static void requireRecipient(String recipient) {
        if (recipient.isBlank()) {
            throw new IllegalArgumentException("a job has a recipient");
        }
    }
}
