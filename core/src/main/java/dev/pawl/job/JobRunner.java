package dev.pawl.job;

import dev.pawl.lease.LeaseTiming;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Sends the jobs of any number of sessions when they are due, each with the sender of its session.
 *
 * <pre>{@code
 * JobRunner runner = JobRunner.builder().rate(RateLimit.perSecond(1)).start();
 * runner.add(pawl.jobs("main"), job -> bot.send(job.recipient(), job.payload(), job.messageId().orElseThrow()));
 * }</pre>
 *
 * <p><b>At least once.</b> A job is claimed, sent, then noted as sent. When the process dies between the last two,
 * another sends it again, with the same message id. Everything else is once, whatever happens to clocks and processes.
 * <b>Many processes</b> share the work of a session; what a dead one had claimed is picked up when it is known to be dead:
 * at once on the same machine, after 20 seconds elsewhere ({@code dev.pawl.lease}).
 *
 * <p><b>Order.</b> One job of a session at a time in this process, the one first that has been due longest, except that
 * jobs whose recipient must not be written to so fast are passed over. Sessions do not wait for each other, up to {@link
 * Builder#concurrency}.
 *
 * <p><b>Threads.</b> One for all sessions looks for due jobs; others, as many as there is work for, send. <b>Thread-safety.</b> All methods may be called from many threads.
 */
public final class JobRunner implements AutoCloseable {

    private JobRunner() {}

    /** Says how jobs are to be run. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Sends the jobs of one more session from now on.
     *
     * @throws IllegalStateException when it has this session of this backend already
     */
    public void add(JobStore store, JobSender sender) {
        throw new UnsupportedOperationException();
    }

    /** Sends no more jobs of this store, after the one in flight. */
    public void remove(JobStore store) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends what is due now in this thread and returns when nothing is due any more, or the rate allows no more. For a
     * runner that is not started: jobs from a cron of the system, and tests with a clock of their own.
     *
     * @return how many jobs were taken, whether they went well or not
     * @throws IllegalStateException when the runner has been started
     */
    public int runDue() {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes no more jobs and waits for those in flight, until they are through and noted. From then on it does nothing.
     *
     * @return whether all were through within this time; who is still sending then is interrupted
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public boolean stop(Duration longest) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Takes no more jobs and waits for those in flight, however long. The stores stay open. Repeating it does nothing. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /** How jobs are to be run: everything has a default. Made by {@link JobRunner#builder}. */
    public static final class Builder {

        private Builder() {}

        /** How often a send is tried; {@link RetryPolicy#STANDARD} unless said. */
        public Builder retry(RetryPolicy policy) {
            throw new UnsupportedOperationException();
        }

        /** How fast each session sends; one a second and one at a time unless said. */
        public Builder rate(RateLimit limit) {
            throw new UnsupportedOperationException();
        }

        /** Skips jobs that are later than this, unless {@link JobOptions#skipAfter} says otherwise; none unless said. */
        public Builder skipAfter(Duration late) {
            throw new UnsupportedOperationException();
        }

        /** How often to look for jobs that another process scheduled; 5 seconds unless said. Those of this process wake the runner. */
        public Builder pollEvery(Duration pause) {
            throw new UnsupportedOperationException();
        }

        /** How many sessions may be sending at once; 16 unless said. */
        public Builder concurrency(int sessions) {
            throw new UnsupportedOperationException();
        }

        /** Told of everything that happens, in the thread it happens in; what it throws is logged. */
        public Builder onEvent(Consumer<? super JobEvent> listener) {
            throw new UnsupportedOperationException();
        }

        /** Told of jobs that are given up. */
        public Builder onDead(Consumer<? super JobEvent.Died> listener) {
            throw new UnsupportedOperationException();
        }

        /** The clock by which jobs are due. */
        public Builder clock(InstantSource other) {
            throw new UnsupportedOperationException();
        }

        /** How processes show that they live, and the clock that pauses are measured by. */
        public Builder timing(LeaseTiming other) {
            throw new UnsupportedOperationException();
        }

        /** Where chance comes from. */
        public Builder chance(RandomGenerator other) {
            throw new UnsupportedOperationException();
        }

        /** A runner that is not started: for {@link JobRunner#runDue}. */
        public JobRunner build() {
            throw new UnsupportedOperationException();
        }

        /** A runner that runs. */
        public JobRunner start() {
            throw new UnsupportedOperationException();
        }
    }
}
