package dev.pawl.file.log;

import static java.util.Objects.requireNonNull;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.GroupQueue;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of a directory, as all backends of this process share it: asleep, when it is little more than a name; awake for
 * reading, with an open log; or awake for writing, which is as long as this process has the session's lock.
 *
 * <p>Who wants to write waits in a queue; whoever has the turn writes for all. Readers see what is in the index, and commits
 * enter it only when they are as durable as they promise to be. While this process does not have the lock, every reader looks
 * first whether another process has written.
 */
final class LogSession {

    /** The most commits of one group. */
    private static final int GROUP = 256;

    /** Who looks at a log that another process may be writing looks again after this time before he calls it damaged. */
    private static final Duration SECOND_LOOK = Duration.ofMillis(50);

    /** The lock is given up when nobody has committed for this long; that often it is asked whether somebody wants it. */
    private static final Duration TENDING = Duration.ofMillis(20);

    private static final Duration URGENT_PAUSE = Duration.ofMillis(2);

    private static final Logger LOG = LoggerFactory.getLogger(LogSession.class);

    /** The most time for which something that promises no more than to survive the process stays unforced. */
    private static final Duration UNFORCED = Duration.ofSeconds(1);

    private final LogDirectory directory;
    private final SessionName name;
    private final SessionLock lock;
    private final GroupQueue<Change> queue;
    private final ReentrantReadWriteLock state = new ReentrantReadWriteLock();

    /** Changed with the write side of {@link #state}. Only who also has the turn closes it while there is a writer. */
    private volatile @Nullable OpenLog log;

    /** Changed with the turn and the write side of {@link #state}: while it is there, nobody else can write. */
    private volatile @Nullable LogWriter writer;

    /** Whether this process has written since it woke, so that it is for it to leave the log closed. */
    private boolean wrote;

    /** Whether any of that was not forced at once, so that nothing in front of it proves that it was there. */
    private boolean wroteUnforced;

    /** Whether the log is being made new beside those who write, and whether they have to wait for that. */
    private final AtomicBoolean compacting = new AtomicBoolean();

    /** Whether it is being made new now, beside those who write or because of an erasure. */
    private final AtomicBoolean renewing = new AtomicBoolean();

    private volatile boolean urgent;

    /** Whether somebody is going to look after it. */
    private final AtomicBoolean tended = new AtomicBoolean();

    /** How long the log has to be before that is begun: after a failure it grows first. */
    private volatile long compactFrom;

    private volatile long used;
    private volatile long forced;

    /** Something that is read from an open log. */
    interface Reading<T> {
        T of(OpenLog log) throws IOException;
    }

    LogSession(LogDirectory directory, SessionName name) {
        this.directory = directory;
        this.name = name;
        this.lock = new SessionLock(directory.disk(), directory.locks(), name);
        this.used = directory.keeper().nanoTime();
        this.forced = used;
        this.queue = new GroupQueue<>(GROUP, members -> new Group(this, members).commit(), LogSession::unfinished);
    }

    private static InDoubtException unfinished() {
        return new InDoubtException("nobody knows what became of the commit: read again");
    }

    SessionName name() {
        return name;
    }

    /** When it was last used, by the clock of the {@link Keeper}. */
    long used() {
        return used;
    }

    /**
     * Reads from the log as it stands now; empty when there is none. Values are not read in there, but afterwards from the
     * {@link OpenLog.View} that is made there.
     */
    <T> Optional<T> read(Reading<T> reading) {
        used = directory.keeper().nanoTime();
        try {
            Optional<T> read = readCurrent(reading);
            return read.isPresent() ? read : readLatest(reading);
        } catch (IOException e) {
            throw readFailed(e);
        }
    }

    UnavailableException readFailed(IOException e) {
        return UnavailableException.readFailed("cannot read " + directory.log(name) + ": " + e.getMessage(), e);
    }

    UnavailableException writeFailed(IOException e) {
        return UnavailableException.writeFailed("cannot write " + directory.log(name) + ": " + e.getMessage(), e);
    }

    private <T> Optional<T> readCurrent(Reading<T> reading) throws IOException {
        state.readLock().lock();
        try {
            OpenLog open = log;
            return writer != null && open != null ? Optional.of(reading.of(open)) : Optional.empty();
        } finally {
            state.readLock().unlock();
        }
    }

    private <T> Optional<T> readLatest(Reading<T> reading) throws IOException {
        state.writeLock().lock();
        try {
            if (writer == null) {
                lookTwice();
            }
            OpenLog open = log;
            return open == null ? Optional.empty() : Optional.of(reading.of(open));
        } finally {
            state.writeLock().unlock();
        }
    }

    /** Has the log as it is now. What looks damaged may be what another process is writing just now. */
    private void lookTwice() throws IOException {
        try {
            catchUp();
        } catch (CorruptDataException e) {
            directory.disk().pause(SECOND_LOOK);
            catchUp();
        }
    }

    /** Opens the log, or reads on where it is open. After an exception it is not open. */
    private void catchUp() throws IOException {
        boolean done = false;
        try {
            OpenLog open = log;
            if (open != null) {
                Optional<Boolean> same = open.isCurrent();
                if (same.isEmpty()) {
                    throw new IOException("it has been removed while it was in use");
                }
                if (!same.get()) {
                    sleep();
                } else if (open.hasMore()) {
                    open.follow();
                }
            }
            if (log == null) {
                wake();
            }
            done = true;
        } finally {
            if (!done) {
                sleep();
            }
        }
    }

    private void wake() throws IOException {
        directory.admit(this);
        try {
            log = OpenLog.open(directory, name).orElse(null);
        } finally {
            if (log == null) {
                directory.dismiss(this);
            }
        }
    }

    /** Closes what is open and forgets everything. */
    private void sleep() {
        closeWriter();
        wrote = false;
        wroteUnforced = false;
        OpenLog open = log;
        if (open != null) {
            log = null;
            open.close();
            directory.dismiss(this);
        }
    }

    private void closeWriter() {
        LogWriter open = writer;
        if (open != null) {
            writer = null;
            open.close();
        }
    }

    /**
     * Does something that readers must not see half done, on a thread that nobody interrupts. If it fails, the session sleeps:
     * what is known of the log may not be true any more.
     */
    private <T> T changing(Workers.FileWork<T> change) throws IOException {
        return Workers.files(() -> {
            state.writeLock().lock();
            boolean done = false;
            try {
                T result = change.run();
                done = true;
                return result;
            } finally {
                if (!done) {
                    sleep();
                }
                state.writeLock().unlock();
            }
        });
    }

    /** Applies a change; when it returns, as durably as it says. */
    void commit(Change change) {
        used = directory.keeper().nanoTime();
        while (urgent && compacting.get()) {
            directory.disk().pause(URGENT_PAUSE);
        }
        queue.submit(change);
    }

    /**
     * Has the log open for writing, and nobody else writing. With the turn.
     *
     * @param make whether to make one where there is none
     * @return empty when there is none
     */
    Optional<OpenLog> ready(boolean make) throws IOException {
        LogWriter open = writer;
        if (open != null && open.failure().isPresent()) {
            forget();
            open = null;
        }
        if (open != null) {
            return Optional.ofNullable(log);
        }
        if (!directory.exists(make)) {
            return Optional.empty();
        }
        if (lock.take()) {
            beginTending();
        }
        return changing(() -> makeReady(make));
    }

    private Optional<OpenLog> makeReady(boolean make) throws IOException {
        catchUp();
        if (log == null && make) {
            Birth.of(directory, name);
            catchUp();
        }
        OpenLog open = log;
        if (open == null) {
            return Optional.empty();
        }
        writer = LogWriter.open(directory, open);
        return Optional.of(open);
    }

    /** Writes a group, which is in the index afterwards. With the turn, ready. */
    void append(List<EncodedBatch> batches, boolean synced) throws IOException {
        LogWriter appending = requireNonNull(writer);
        Frame frame = appending.append(batches, synced);
        state.writeLock().lock();
        try {
            wrote = true;
            wroteUnforced |= !synced;
            OpenLog open = requireNonNull(log);
            open.written(frame, appending.end());
            if (directory.upkeep().wantsNewLog(open)
                    && open.end().offset() > compactFrom
                    && compacting.compareAndSet(false, true)) {
                compactFrom = open.end().offset();
                directory.keeper().after(Duration.ZERO, this::compact);
            }
            urgent = directory.upkeep().needsNewLog(open);
        } finally {
            state.writeLock().unlock();
        }
    }

    private void compact() {
        boolean done = false;
        boolean begun = renewing.compareAndSet(false, true);
        try {
            if (begun) {
                new Compaction(directory, this).run();
            }
            done = true;
        } catch (IOException | StoreException e) {
            LOG.warn("cannot make the log of session {} in {} shorter: {}", name, directory.path(), e.getMessage());
        } finally {
            // After a failure the log grows first.
            compactFrom = done ? 0 : compactFrom + directory.upkeep().wanted() / 2;
            if (begun) {
                renewing.set(false);
            }
            compacting.set(false);
        }
    }

    /** Has a new log in the place of the one that is open. With the turn and the write side of the state. */
    void replace(OpenLog newLog) throws IOException {
        closeWriter();
        requireNonNull(log).close();
        log = newLog;
        writer = LogWriter.open(directory, newLog);
    }

    /**
     * Does something while nobody writes or reads, and no other process can write. The lock may have been given up since the
     * last time, so others may have written, and even have put another log in this place.
     *
     * @return empty when the session sleeps
     */
    <T> Optional<T> exclusively(Reading<T> use) throws IOException {
        return queue.alone(() -> log != null && ready(false).isPresent()
                ? changing(() -> Optional.of(use.of(requireNonNull(log))))
                : Optional.empty());
    }

    /** Does something with the index, if there is one, while nobody writes or reads. */
    void withIndex(Consumer<Index> use) {
        state.writeLock().lock();
        try {
            OpenLog open = log;
            if (open != null) {
                use.accept(open.index());
            }
        } finally {
            state.writeLock().unlock();
        }
    }

    /**
     * Makes the log new, so that nothing is left of what was deleted, and removes what stands beside it.
     *
     * @throws IOException when that could not be done; nothing is lost then
     */
    void purge() throws IOException {
        while (!renewing.compareAndSet(false, true)) {
            directory.disk().pause(URGENT_PAUSE);
        }
        try {
            purgeAlone();
        } finally {
            renewing.set(false);
        }
    }

    private void purgeAlone() throws IOException {
        queue.alone(() -> {
            if (ready(false).isPresent()) {
                changing(() -> {
                    if (!makeNew()) {
                        throw new IOException("another process is making the log of this session new: try again");
                    }
                    directory.disk().delete(directory.file(LogNames.newCheckpoint(name)));
                    Leftovers.remove(directory, name);
                    directory.force("the removal of what stood beside a log");
                    return true;
                });
            }
            return true;
        });
    }

    /** Whether that could be done; not while somebody else is at it. */
    private boolean makeNew() throws IOException {
        Optional<OpenLog> made = new Compaction(directory, this).runAlone(requireNonNull(log));
        if (made.isPresent()) {
            replace(made.get());
            directory.disk().delete(directory.file(LogNames.checkpoint(name)));
        }
        return made.isPresent();
    }

    /** Forgets everything: the log is read and mended as after a crash before it is used again. With the turn. */
    void forget() throws IOException {
        changing(() -> {
            sleep();
            return true;
        });
    }

    private void beginTending() {
        if (tended.compareAndSet(false, true)) {
            directory.keeper().after(TENDING, this::tend);
        }
    }

    /** Looks after a session that has its lock. On a thread of ours. */
    private void tend() {
        try {
            if (directory.keeper().nanoTime() - used > TENDING.toNanos()) {
                queue.tryAlone(this::giveUp);
            } else if (lock.wanted()) {
                queue.alone(() -> {
                    giveUp();
                    lock.giveWay();
                    return true;
                });
            }
        } catch (IOException e) {
            queue.tryAlone(this::giveUp);
        }
        LogWriter open = writer;
        if (open != null && directory.keeper().nanoTime() - forced > UNFORCED.toNanos()) {
            forced = directory.keeper().nanoTime();
            open.force();
        }
        tended.set(false);
        if (lock.held()) {
            beginTending();
        }
    }

    /** Whether it holds nothing but its name. */
    boolean isAsleep() {
        return log == null && !lock.held();
    }

    /** Stops writing and lets other processes write. With the turn, on a thread of ours. */
    private void giveUp() {
        state.writeLock().lock();
        try {
            LogWriter open = writer;
            if (open != null) {
                open.force();
                if (open.failure().isPresent()) {
                    sleep();
                } else {
                    requireNonNull(log).mended(open.end());
                    closeWriter();
                }
            }
        } finally {
            state.writeLock().unlock();
        }
        lock.release();
    }

    /**
     * Goes to sleep, leaving the log closed if it was written here and nobody else is at it.
     *
     * @return false when somebody is using the session just now
     */
    boolean rest() {
        boolean[] done = {false};
        return queue.tryAlone(() -> done[0] = Workers.call(this::tryToRest)) && done[0];
    }

    private boolean tryToRest() {
        if (!state.writeLock().tryLock()) {
            return false;
        }
        try {
            if (wrote && (lock.held() || lock.tryTake())) {
                leaveClosed();
            }
        } catch (IOException | CorruptDataException e) {
            // It is left as a crash would leave it, which the next one who opens it deals with, and reports.
        } finally {
            sleep();
            lock.release();
            state.writeLock().unlock();
        }
        return true;
    }

    private void leaveClosed() throws IOException {
        LogWriter open = writer;
        OpenLog read = log;
        if (open == null) {
            catchUp();
            read = log;
            if (read == null || read.end().closed()) {
                return;
            }
            open = LogWriter.open(directory, read);
            writer = open;
        }
        if (read != null && open.failure().isEmpty()) {
            if (wroteUnforced || directory.upkeep().wantsNewLogAtRest(read)) {
                makeNew();
            }
            OpenLog whole = requireNonNull(log);
            requireNonNull(writer).end(whole.index().counts(), () -> whole.saveCheckpoint(directory));
        }
    }

    /** Whether there are rows of one of these families. A session that is asleep and closed stays so. */
    boolean holds(Set<Family> families) {
        try {
            Optional<Set<Family>> atRest = isAsleep() ? OpenLog.familiesAtRest(directory, name) : Optional.empty();
            return atRest.or(() -> read(open -> open.index().counts().keySet()))
                    .map(held -> held.stream().anyMatch(families::contains))
                    .orElse(false);
        } catch (IOException e) {
            throw readFailed(e);
        }
    }
}
