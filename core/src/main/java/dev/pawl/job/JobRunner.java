package dev.pawl.job;

import dev.pawl.lease.LeaseTiming;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
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
 * <b>Many processes</b> share the work of a session; what a dead one had claimed is picked up when it is known to be
 * dead: at once on the same machine, after 20 seconds elsewhere ({@code dev.pawl.lease}).
 *
 * <p><b>Order.</b> One job of a session at a time in this process, the one first that has been due longest, except that
 * jobs whose recipient must not be written to so fast are passed over. Sessions do not wait for each other, up to
 * {@link Builder#concurrency}.
 *
 * <p><b>Closing.</b> A store that is closed, such as by {@link dev.pawl.Pawl#close} or at the end of the process, first
 * waits some seconds for the job in flight; close the runner before its stores to wait longer. What was sent when its store
 * was gone cannot be noted, and is sent again. A listener or sender that closes something of its own runner waits for
 * nothing: the runner ends when that one is through.
 *
 * <p><b>Threads.</b> One for all sessions looks for due jobs, and others help it while it is behind, eight at most; others, as many
 * as there is work for, send.
 * <b>Thread-safety.</b> All methods may be called from many threads.
 */
public final class JobRunner implements AutoCloseable {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final RunnerOptions options;
    private final Optional<Dispatcher> dispatcher;
    private final Members members;

    /** Held by who runs what is due. */
    private final ReentrantLock turn = new ReentrantLock();

    private JobRunner(RunnerOptions options, boolean started) {
        this.options = options;
        this.dispatcher = started ? Optional.of(new Dispatcher(options)) : Optional.empty();
        this.members = new Members(dispatcher);
    }

    /** Says how jobs are to be run. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Sends the jobs of one more session from now on, until it is removed or its store is closed.
     *
     * @throws IllegalArgumentException when it has this session of this backend already
     * @throws IllegalStateException when this runner was stopped
     * @throws dev.pawl.backend.UnavailableException when the store cannot be reached
     */
    public void add(JobStore store, JobSender sender) {
        members.add(store, sender, options);
    }

    /** The same at a rate of its own, telling another listener of what happens to its jobs. */
    public void add(JobStore store, JobSender sender, RateLimit rate, Consumer<? super JobEvent> listener) {
        members.add(store, sender, options.with(rate, listener));
    }

    /**
     * Sends no more jobs of this store, and waits for the one in flight; unless the waiting thread is interrupted, then it is
     * too. A listener or sender of this runner that calls this does not wait.
     */
    public void remove(JobStore store) {
        try {
            remove(store, FOREVER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The same with a longest wait, as {@link #stop}: whether the one in flight was through by then. What could not be noted
     * is noted when the store takes it.
     */
    public boolean remove(JobStore store, Duration longest) throws InterruptedException {
        Optional<StoreUser> there = members.of(store);
        there.ifPresent(StoreUser::leave);
        return there.isEmpty() || there.get().awaitEnd(nanos(longest));
    }

    /**
     * Sends what is due now in this thread and returns when nothing is due any more, or the rate allows no more, or this
     * was stopped. For a runner that is not started: jobs from a cron of the system, and tests with a clock of their own.
     * Sessions whose store fails hold up no other: what failed first is thrown when all have had their turn.
     *
     * @return how many jobs were taken, whether they went well or not
     * @throws IllegalStateException when the runner has been started, or a sender of it calls this
     */
    public int runDue() {
        if (dispatcher.isPresent()) {
            throw new IllegalStateException("this runner runs by itself");
        }
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("a sender does not run the runner that called it");
        }
        turn.lock();
        try {
            return runDue(members.places());
        } finally {
            turn.unlock();
        }
    }

    private int runDue(List<Place> each) {
        Optional<RuntimeException> first = Optional.empty();
        int taken = 0;
        for (Place place : each) {
            try {
                taken += place.runDue();
            } catch (RuntimeException e) {
                place.trouble(e);
                first.filter(other -> other != e).ifPresent(other -> other.addSuppressed(e));
                first = first.or(() -> Optional.of(e));
            }
        }
        if (first.isPresent()) {
            throw first.get();
        }
        return taken;
    }

    /**
     * Takes no more jobs and waits for those in flight, until they are through and noted. From then on it does nothing. A
     * listener or sender of this runner that calls this does not wait.
     *
     * @return whether all were through within this time; who is still sending then is interrupted
     * @throws InterruptedException when the waiting thread is interrupted; those who are sending are too
     */
    public boolean stop(Duration longest) throws InterruptedException {
        members.close();
        dispatcher.ifPresent(Dispatcher::stop);
        members.leave();
        long most = nanos(longest);
        long began = System.nanoTime();
        return !members.isWorker()
                && members.awaitEnd(most)
                && (dispatcher.isEmpty() || dispatcher.get().awaitEnd(most - (System.nanoTime() - began)));
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofDays(100_000)) > 0 ? Long.MAX_VALUE : time.toNanos();
    }

    /**
     * Takes no more jobs and waits for those in flight, however long, unless the waiting thread is interrupted; then
     * they are too. The stores stay open. Repeating it does nothing. A listener or sender of this runner that calls this
     * does not wait.
     */
    @Override
    public void close() {
        try {
            stop(FOREVER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How jobs are to be run: everything has a default. Made by {@link JobRunner#builder}; what it builds is immutable. */
    public static final class Builder {

        private RetryPolicy retry = RetryPolicy.STANDARD;
        private RateLimit rate = RateLimit.perSecond(1);
        private Optional<Duration> skipAfter = Optional.empty();
        private Duration pollEvery = Duration.ofSeconds(5);
        private int concurrency = 16;
        private Consumer<JobEvent> listener = event -> {};
        private InstantSource clock = InstantSource.system();
        private LeaseTiming timing = LeaseTiming.STANDARD;
        private RandomGenerator chance = new Random();

        private Builder() {}

        /** How often a send is tried; {@link RetryPolicy#STANDARD} unless said. */
        public Builder retry(RetryPolicy policy) {
            this.retry = policy;
            return this;
        }

        /** How fast each session sends; one a second and one at a time unless said. */
        public Builder rate(RateLimit limit) {
            this.rate = limit;
            return this;
        }

        /**
         * Skips jobs that are later than this, unless {@link JobOptions#skipAfter} says otherwise; none unless said.
         */
        public Builder skipAfter(Duration late) {
            this.skipAfter = Optional.of(late);
            return checked();
        }

        /**
         * How often to look for jobs that another process scheduled; 5 seconds unless said. Those of this process wake
         * the runner. What a process had claimed that died is found with every beat while it is known to be claimed; that
         * something is claimed elsewhere becomes known with a look.
         *
         * @throws IllegalArgumentException when it is not above 0
         */
        public Builder pollEvery(Duration pause) {
            this.pollEvery = pause;
            return checked();
        }

        /**
         * How many sessions may be sending at once; 16 unless said.
         *
         * @throws IllegalArgumentException when it is not above 0
         */
        public Builder concurrency(int sessions) {
            this.concurrency = sessions;
            return checked();
        }

        /** Told of everything that happens, in the thread it happens in; what it throws is logged. */
        public Builder onEvent(Consumer<? super JobEvent> another) {
            this.listener = listener.andThen(another);
            return this;
        }

        /** Told of jobs that are given up. */
        public Builder onDead(Consumer<? super JobEvent.Died> another) {
            return onEvent(event -> {
                if (event instanceof JobEvent.Died died) {
                    another.accept(died);
                }
            });
        }

        /** The clock by which jobs are due. */
        public Builder clock(InstantSource other) {
            this.clock = other;
            return this;
        }

        /** How processes show that they live, and the clock that pauses are measured by. */
        public Builder timing(LeaseTiming other) {
            this.timing = other;
            return this;
        }

        /** Where chance comes from. */
        public Builder chance(RandomGenerator other) {
            this.chance = other;
            return this;
        }

        /** A runner that is not started: for {@link JobRunner#runDue}. */
        public JobRunner build() {
            return new JobRunner(options(), false);
        }

        /** A runner that runs. */
        public JobRunner start() {
            return new JobRunner(options(), true);
        }

        private Builder checked() {
            options();
            return this;
        }

        private RunnerOptions options() {
            return new RunnerOptions(retry, rate, skipAfter, pollEvery, concurrency, listener, clock, timing, chance);
        }
    }
}
