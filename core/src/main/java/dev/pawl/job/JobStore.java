package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Page;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The scheduled sends of one linked device.
 *
 * <p>Any number of processes open it at once and write to it side by side: each change of a job checks that the job is
 * as it was read, and one of two who want the same job gets it. Nobody sends by a store alone; a {@link JobRunner} does,
 * in this process or in another.
 *
 * <p><b>Durability.</b> When a method that writes returns, what it did survives what the backend promises.
 * <b>Atomicity.</b> Each change of a job is one commit; a {@link #broadcast} begins when all of it is stored.
 * <b>Ownership.</b> There is no owner. Who has to be alone, such as a migration or an import, holds the session's lease
 * {@code jobs} meanwhile, and every write here is an {@link InUseException}. <b>Thread-safety.</b> All methods may be called from many threads. Nothing is cached.
 *
 * <p><b>Not supported.</b> Removing jobs that have ended by itself: {@link #prune} does when it is called.
 *
 * <p>Every method throws {@link ClosedException} after {@link #close}, and those that read {@link
 * dev.pawl.backend.CorruptDataException} for a row that is damaged, naming its place.
 */
public final class JobStore implements AutoCloseable {

    private JobStore() {}

    /**
     * Opens the jobs of a session.
     *
     * @throws InUseException when somebody has to be alone with them, or they were moved away
     * @throws UnsupportedException when the backend does not hold jobs
     */
    public static JobStore open(Backend backend, SessionName session) {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens the jobs of a session for reading: writes nothing.
     *
     * @throws UnsupportedException when the backend does not hold jobs
     */
    public static JobStore openReadOnly(Backend backend, SessionName session) {
        throw new UnsupportedOperationException();
    }

    /** Opens the jobs of a session with a clock of one's own. */
    public static JobStore open(Backend backend, SessionName session, InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    /** The session these are the jobs of. */
    public SessionName session() {
        throw new UnsupportedOperationException();
    }

    /** Whether it has been closed, and every other method throws. */
    public boolean isClosed() {
        throw new UnsupportedOperationException();
    }

    /**
     * Schedules a message.
     *
     * @param fireAt when it is sent: at once when that has passed, and at any distance ahead. Kept in milliseconds.
     * @param recipient whom it is for; not blank
     * @param payload what the {@link JobSender} will be given, kept as it is
     * @return the job as it is stored
     * @throws ConflictException when there is a job of that id already, in whatever state
     * @throws IllegalArgumentException when the recipient is blank, or the time is before 1970 or beyond 2^53 milliseconds
     * @throws UnsupportedException when it is bigger than the backend takes
     */
    public Job schedule(Instant fireAt, String recipient, JsonValue payload, JobOptions options) {
        throw new UnsupportedOperationException();
    }

    /** Schedules a message with nothing particular about it. */
    public Job schedule(Instant fireAt, String recipient, JsonValue payload) {
        return schedule(fireAt, recipient, payload, JobOptions.NONE);
    }

    /** Reads one job, whatever its state. */
    public Optional<Job> find(String id) {
        throw new UnsupportedOperationException();
    }

    /**
     * Lists jobs by the time they are due, those of one time by state and id. With more than one state to look for, a page
     * looks at no more than about 10,000 rows, and where few of them are wanted it is short, even empty, and has a next one
     * all the same.
     *
     * @param after the {@link Page#next} of the page before, or empty to begin
     * @param limit the most jobs of a page, at least 1
     * @throws IllegalArgumentException when the text is not from a page of this version
     */
    public Page<Job, String> list(JobFilter filter, Optional<String> after, int limit) {
        throw new UnsupportedOperationException();
    }

    /** How many jobs there are in each state. */
    public JobCounts counts() {
        throw new UnsupportedOperationException();
    }

    /** Cancels a job; of a recurring one all occurrences. */
    public Cancellation cancel(String id) {
        throw new UnsupportedOperationException();
    }

    /**
     * Gives a job that waits another time; its attempts count anew.
     *
     * @return the job as it is stored; empty when there is no such job that waits, or it belongs to a broadcast
     */
    public Optional<Job> reschedule(String id, Instant when) {
        throw new UnsupportedOperationException();
    }

    /**
     * Lets a job that was given up or cancelled wait again, due now, with the same message id and its attempts counted anew.
     *
     * @return the job as it is stored; empty when there is no such job that was given up or cancelled
     */
    public Optional<Job> retry(String id) {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes jobs that have ended, in bounded steps.
     *
     * @param dueBefore those that were due before this
     * @param states of {@link JobState#DONE}, {@link JobState#DEAD} and {@link JobState#CANCELLED}
     * @return how many went
     * @throws IllegalArgumentException when another state is among them
     */
    public int prune(Instant dueBefore, Set<JobState> states) {
        throw new UnsupportedOperationException();
    }

    /**
     * Schedules one message to each of many, one after another with a pause between. Nothing is sent before all of it is
     * stored.
     *
     * @param recipients in this order; who is in it more than once gets it once
     * @param payload what each is to get; asked once for each
     * @throws ConflictException when there is a broadcast of that id that was stored whole
     */
    public Broadcast broadcast(
            List<String> recipients, Function<? super String, ? extends JsonValue> payload, BroadcastOptions options) {
        throw new UnsupportedOperationException();
    }

    /** A broadcast that was begun before, by this process or another. */
    public Optional<Broadcast> broadcast(String id) {
        throw new UnsupportedOperationException();
    }

    /** Lists broadcasts by their start, finished ones among them. Parameters as in {@link #list}. */
    public Page<BroadcastProgress, String> broadcasts(Optional<String> after, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Ends all use of this store. The backend stays open. Repeating it does nothing. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
