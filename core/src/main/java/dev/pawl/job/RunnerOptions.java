package dev.pawl.job;

import dev.pawl.backend.SessionName;
import dev.pawl.lease.LeaseTiming;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a runner runs jobs: what {@link JobRunner.Builder} was told.
 *
 * @param retry how often a send is tried
 * @param rate how fast each session sends
 * @param skipAfter how late a job may be, where it does not say so itself
 * @param pollEvery how often to look for jobs of other processes
 * @param concurrency how many sessions may be sending at once
 * @param listener told of everything
 * @param clock by which jobs are due
 * @param timing of beats, and by which pauses are measured
 * @param chance where chance comes from
 */
record RunnerOptions(
        RetryPolicy retry,
        RateLimit rate,
        Optional<Duration> skipAfter,
        Duration pollEvery,
        int concurrency,
        Consumer<? super JobEvent> listener,
        InstantSource clock,
        LeaseTiming timing,
        RandomGenerator chance) {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is not above 0
     */
    RunnerOptions {
        if (concurrency < 1 || pollEvery.isNegative() || pollEvery.isZero()) {
            throw new IllegalArgumentException("a runner sends for at least 1 session and waits between two looks");
        }
        JobOptions.requireTime(pollEvery);
        skipAfter.ifPresent(JobOptions::requireTime);
    }

    /** The same with another rate, telling another. */
    RunnerOptions with(RateLimit another, Consumer<? super JobEvent> told) {
        return new RunnerOptions(retry, another, skipAfter, pollEvery, concurrency, told, clock, timing, chance);
    }

    /** Tells of something; a listener that fails in any way disturbs nothing: what was sent is still to be noted. */
    void tell(JobEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            LOG.error("a listener of jobs failed", e);
        }
    }

    /** Tells that something went wrong, an error of this machine or of a class that is missing as well. */
    void trouble(SessionName session, Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            tell(new JobEvent.Trouble(session, exception));
        } else {
            LOG.error("while running the jobs of session {}", session, failure);
            tell(new JobEvent.Trouble(session, new IllegalStateException(failure.toString(), failure)));
        }
    }

    /** After how many attempts a job is given up. */
    int maxAttempts(Job job) {
        OptionalInt own = job.maxAttempts();
        return own.orElse(retry.maxAttempts());
    }

    /** Whether a job is so late that it is not sent. */
    boolean isTooLate(Job job, long now) {
        Optional<Duration> limit = job.skipAfter().or(() -> job.broadcast().isPresent() ? Optional.empty() : skipAfter);
        return limit.filter(late -> now - job.fireAt().toEpochMilli() > late.toMillis())
                .isPresent();
    }
}
