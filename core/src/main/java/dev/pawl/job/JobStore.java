package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.JobWriter.Outcome;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseTiming;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The scheduled sends of one linked device.
 *
 * <p>Any number of processes open it at once and write to it side by side: each change of a job checks that the job is
 * as it was read, and one of two who want the same job gets it. Nobody sends by a store alone; a {@link JobRunner}
 * does, in this process or in another.
 *
 * <p><b>Durability.</b> When a method that writes returns, what it did survives what the backend promises.
 * <b>Atomicity.</b> Each change of a job is one commit; a {@link #broadcast} begins when all of it is stored.
 * <b>Ownership.</b> There is no owner. Who has to be alone, such as a migration or an import, holds the session's lease
 * {@code jobs} meanwhile, and every write here is an {@link InUseException}. <b>Thread-safety.</b> All methods may be
 * called from many threads. Nothing is cached.
 *
 * <p><b>Not supported.</b> Removing jobs that have ended by itself: {@link #prune} does when it is called.
 *
 * <p>Every method throws {@link ClosedException} after {@link #close}, and those that read {@link
 * dev.pawl.backend.CorruptDataException} for a row that is damaged, naming its place.
 */
public final class JobStore implements AutoCloseable {

    /** How long a closing store waits for what is being sent. Who ends a process is seldom more patient than ten seconds. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** How often others can be faster before we give up. */
    private static final int RACES = 1000;

    private static final Set<JobState> ENDED = EnumSet.of(JobState.DONE, JobState.DEAD, JobState.CANCELLED);

    private final JobRows rows;
    private final Optional<JobWriter> writer;
    private final List<StoreUser> users = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private JobStore(JobRows rows, Optional<JobWriter> writer) {
        this.rows = rows;
        this.writer = writer;
    }

    /**
     * Opens the jobs of a session.
     *
     * @throws InUseException when somebody has to be alone with them, or they were moved away
     * @throws UnsupportedException when the backend does not hold jobs
     */
    public static JobStore open(Backend backend, SessionName session) {
        return open(backend, session, InstantSource.system());
    }

    /**
     * Opens the jobs of a session for reading: writes nothing.
     *
     * @throws UnsupportedException when the backend does not hold jobs
     */
    public static JobStore openReadOnly(Backend backend, SessionName session) {
        JobAccess.requireHeld(backend, session, false);
        return new JobStore(new JobRows(backend, session), Optional.empty());
    }

    /** Opens the jobs of a session with a clock of one's own. */
    public static JobStore open(Backend backend, SessionName session, InstantSource clock) {
        return open(backend, session, clock, LeaseTiming.STANDARD);
    }

    /** The same, with other lengths of time by which somebody who was alone with them is found dead. */
    public static JobStore open(Backend backend, SessionName session, InstantSource clock, LeaseTiming timing) {
        JobAccess.requireHeld(backend, session, true);
        JobAccess.settle(backend, session, timing);
        JobRows rows = new JobRows(backend, session);
        return new JobStore(rows, Optional.of(new JobWriter(rows, clock, timing.ticker())));
    }

    /** The session these are the jobs of. */
    public SessionName session() {
        return rows.session();
    }

    /** Whether it has been closed, and every other method throws. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Schedules a message.
     *
     * @param fireAt when it is sent: at once when that has passed, and at any distance ahead. Kept in milliseconds.
     * @param recipient whom it is for; not blank
     * @param payload what the {@link JobSender} will be given, kept as it is
     * @return the job as it is stored
     * @throws ConflictException when there is a job of that id already, in whatever state
     * @throws IllegalArgumentException when the recipient is blank, or the time is before 1970 or beyond 2^53
     *     milliseconds
     * @throws UnsupportedException when it is so big that the backend could not take the changes of its state: more than a
     *     quarter of what it takes in one batch
     */
    public Job schedule(Instant fireAt, String recipient, JsonValue payload, JobOptions options) {
        JobWriter writing = writing();
        JobOptions.requireRecipient(recipient);
        String id = options.id().orElseGet(() -> UUID.randomUUID().toString());
        String messageId = options.messageId().orElseGet(MessageIds::next);
        Row row = JobRules.scheduled(
                id, JobOptions.millis(fireAt), recipient, payload, options, messageId, writing.now());
        JobSize.require(row, writing.limits());
        // also of an id that nobody else has: this very commit may come again, when the job is claimed or sent
        List<Check> checks = JobRows.keys(id).stream().map(Check::absent).toList();
        Outcome outcome = writing.commit(new Batch(checks, List.of(row), List.of()));
        Job job = Job.of(row);
        if (outcome == Outcome.REFUSED_AFTER_DOUBT && options.id().isEmpty()) {
            // it is ours, and may have had its next occurrence or been removed meanwhile
            job = rows.find(id).orElse(job);
        } else if (outcome == Outcome.REFUSED_AFTER_DOUBT) {
            job = rows.find(id)
                    .filter(there -> there.messageId().equals(Optional.of(messageId)))
                    .orElseThrow(() -> exists(id));
        } else if (outcome == Outcome.REFUSED) {
            throw exists(id);
        }
        wake();
        return job;
    }

    /** Schedules a message with nothing particular about it. */
    public Job schedule(Instant fireAt, String recipient, JsonValue payload) {
        return schedule(fireAt, recipient, payload, JobOptions.NONE);
    }

    /** Reads one job, whatever its state. */
    public Optional<Job> find(String id) {
        return reading().find(id);
    }

    /**
     * Lists jobs by the time they are due, those of one time by state and id. A job whose state changes meanwhile may
     * come twice, or in a state that is not asked for any more not at all. With more than one state to look for, a page
     * looks at no more than about 10,000 rows, and where few of them are wanted it is short, even empty, and has a next
     * one all the same.
     *
     * @param after the {@link Page#next} of the page before, or empty to begin
     * @param limit the most jobs of a page, at least 1
     * @throws IllegalArgumentException when the text is not from a page of this version
     */
    public Page<Job, String> list(JobFilter filter, Optional<String> after, int limit) {
        return new JobListing(reading()).jobs(filter, after, limit);
    }

    /** How many jobs there are in each state. */
    public JobCounts counts() {
        return reading().counts();
    }

    /** Cancels a job; of a recurring one all occurrences. */
    public Cancellation cancel(String id) {
        JobWriter writing = writing();
        boolean doubtful = false;
        for (int race = 0; race < RACES; race++) {
            Optional<Job> found = rows.find(id);
            if (found.isEmpty()) {
                return Cancellation.UNKNOWN;
            }
            Job job = found.get();
            Outcome outcome;
            switch (job.state()) {
                case DONE -> {
                    return Cancellation.TOO_LATE;
                }
                case DEAD, CANCELLED -> {
                    return doubtful ? Cancellation.CANCELLED : Cancellation.ENDED;
                }
                case CLAIMED -> {
                    if (job.isCancelRequested()
                            || writing.apply(JobRules.cancelRequested(job, writing.now())) == Outcome.APPLIED) {
                        return Cancellation.IN_FLIGHT;
                    }
                    continue;
                }
                default -> outcome = writing.apply(JobRules.cancelled(job, JobRules.CANCELLED, writing.now()));
            }
            if (outcome == Outcome.APPLIED) {
                wake();
                return Cancellation.CANCELLED;
            }
            doubtful |= outcome == Outcome.REFUSED_AFTER_DOUBT;
        }
        throw new ConflictException("job " + id + " changes too fast");
    }

    /**
     * Gives a job that waits another time; its attempts count anew.
     *
     * @return the job as it is stored; empty when there is no such job that waits, or it belongs to a broadcast
     */
    public Optional<Job> reschedule(String id, Instant when) {
        JobWriter writing = writing();
        long fireAt = JobOptions.millis(when);
        return change(
                id,
                job -> job.state() == JobState.WAITING && job.broadcast().isEmpty(),
                job -> JobRules.rescheduled(job, fireAt, writing.now()));
    }

    /**
     * Lets a job that was given up or cancelled wait again, due now, with the same message id and its attempts counted
     * anew.
     *
     * @return the job as it is stored; empty when there is no such job that was given up or cancelled
     */
    public Optional<Job> retry(String id) {
        JobWriter writing = writing();
        return change(
                id,
                job -> (job.state() == JobState.DEAD || job.state() == JobState.CANCELLED) && !job.isDamaged(),
                job -> JobRules.retried(job, writing.now()));
    }

    /**
     * Removes jobs that have ended, in bounded steps. Those of a broadcast that is still being stored stay, so that they
     * do not come back.
     *
     * @param dueBefore those that were due before this
     * @param states of {@link JobState#DONE}, {@link JobState#DEAD} and {@link JobState#CANCELLED}
     * @return how many went
     * @throws IllegalArgumentException when another state is among them
     */
    public int prune(Instant dueBefore, Set<JobState> states) {
        if (!ENDED.containsAll(states)) {
            throw new IllegalArgumentException("only jobs that have ended can be removed: " + ENDED);
        }
        return new JobPruning(writing()).prune(JobOptions.millis(dueBefore), states);
    }

    /**
     * Schedules one message to each of many, one after another with a pause between. Nothing is sent before all of it
     * is stored.
     *
     * @param recipients in this order; who is in it more than once gets it once
     * @param payload what each is to get; asked once for each
     * @throws ConflictException when there is a broadcast of that id that was stored whole
     * @throws UnsupportedException when one of them is too big, as in {@link #schedule}; what was stored is not sent
     */
    public Broadcast broadcast(
            List<String> recipients, Function<? super String, ? extends JsonValue> payload, BroadcastOptions options) {
        String id = new BroadcastFilling(writing()).fill(List.copyOf(recipients), payload, options);
        wake();
        return new Broadcast(this, id);
    }

    /** A broadcast that was begun before, by this process or another. */
    public Optional<Broadcast> broadcast(String id) {
        return reading().get(BroadcastRow.key(id)).map(row -> new Broadcast(this, id));
    }

    /** Lists broadcasts by their start, finished ones among them. Parameters as in {@link #list}. */
    public Page<BroadcastProgress, String> broadcasts(Optional<String> after, int limit) {
        return new JobListing(reading()).broadcasts(after, limit);
    }

    /**
     * Ends all use of this store. What a {@link JobRunner} of this process is sending by it is waited for, some seconds at
     * most, so that it can be noted. The backend stays open. Repeating it does nothing.
     */
    @Override
    public void close() {
        closeAll(List.of(this));
    }

    /** Closes several at once: what they wait for does not add up. */
    public static void closeAll(Collection<JobStore> stores) {
        closeAll(stores, GRACE);
    }

    static void closeAll(Collection<JobStore> stores, Duration grace) {
        List<StoreUser> all =
                stores.stream().flatMap(store -> store.users.stream()).toList();
        all.forEach(StoreUser::leave);
        long began = System.nanoTime();
        boolean interrupted = false;
        try {
            for (StoreUser user : all) {
                try {
                    user.awaitEnd(interrupted ? 0 : grace.toNanos() - (System.nanoTime() - began));
                } catch (InterruptedException e) {
                    // waits no longer: the others are interrupted at once
                    interrupted = true;
                }
            }
        } finally {
            stores.forEach(store -> store.closed = true);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Names the session. */
    @Override
    public String toString() {
        return "JobStore[" + session() + "]";
    }

    private Optional<Job> change(String id, Predicate<Job> applies, Function<Job, Step> how) {
        JobWriter writing = writing();
        Optional<Job> before = Optional.empty();
        while (true) {
            Optional<Job> job = rows.find(id).filter(applies);
            if (job.isEmpty() || job.equals(before)) {
                return Optional.empty();
            }
            Step step = how.apply(job.get());
            Outcome outcome = writing.apply(step);
            if (outcome == Outcome.APPLIED) {
                wake();
                // a broadcast may have another place for it than the step says
                return rows.find(id);
            }
            if (outcome == Outcome.REFUSED_AFTER_DOUBT) {
                Optional<Job> standing = rows.find(id);
                if (standing.filter(there -> mayFollow(there, step.job())).isPresent()) {
                    wake();
                    return standing;
                }
            }
            before = job;
        }
    }

    /** Whether a job can be what became of a change: another's change of the same revision was made in its stead. */
    private static boolean mayFollow(Job there, Job changed) {
        return there.revision() > changed.revision() || there.text().equals(changed.text());
    }

    /** Somebody works with this store until it is closed. */
    void use(StoreUser user) {
        users.add(user);
    }

    void forget(StoreUser user) {
        users.remove(user);
    }

    void wake() {
        users.forEach(StoreUser::wake);
    }

    JobRows reading() {
        requireOpen();
        return rows;
    }

    JobWriter writing() {
        requireOpen();
        return writer.orElseThrow(() -> new UnsupportedException(
                "the jobs of session " + session() + " were opened for reading: open them to write"));
    }

    /** What it is kept in. */
    public Backend backend() {
        return rows.backend();
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException("the job store of session " + session() + " is closed");
        }
    }

    private static ConflictException exists(String id) {
        return new ConflictException(
                new Key(Family.JOB, JobState.WAITING.partition(), id), "there is a job " + id + " already");
    }
}
