package dev.pawl.file.log;

import dev.pawl.backend.Family;
import dev.pawl.backend.GroupQueue;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of a directory, as all backends of this process share it. Who wants to write waits in a queue; whoever
 * has the turn writes for all, while this process has the session's lock. In this process commits can be read when
 * they are as durable as they promise to be; others may see them a moment earlier. At rest a session holds nothing
 * but its name.
 */
final class LogSession {

    /** The most commits of one group. */
    private static final int GROUP = 256;

    /**
     * The lock is given up when nobody has committed for this long; that often it is asked whether somebody wants it.
     */
    private static final Duration TENDING = Duration.ofMillis(20);

    private static final Duration PAUSE = Duration.ofMillis(2);

    /** How long another process may take to make a log new. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The most time for which something that promises no more than to survive the process stays unforced. */
    private static final Duration UNFORCED = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(LogSession.class);

    private final LogDirectory directory;
    private final SessionName name;
    private final SessionLock lock;
    private final SessionLog log;
    private final GroupQueue<Change> queue;

    /** Whether somebody is going to look after it. */
    private final AtomicBoolean tended = new AtomicBoolean();

    /** Whether the log is being made new, and whether those who commit have to wait for that. */
    private final AtomicBoolean compacting = new AtomicBoolean();

    private volatile boolean urgent;

    /** How long the log has to be before that is begun: after a failure it gets longer first. */
    private volatile long compactFrom;

    private volatile long used;
    private volatile long forced;

    LogSession(LogDirectory directory, SessionName name) {
        this.directory = directory;
        this.name = name;
        this.lock = new SessionLock(directory.disk(), directory.locks(), name);
        this.log = new SessionLog(directory, name);
        this.used = now();
        this.forced = used;
        this.queue = new GroupQueue<>(GROUP, members -> new Group(this, members).commit(), LogSession::unfinished);
    }

    private static InDoubtException unfinished() {
        return new InDoubtException("nobody knows what became of the commit: read again");
    }

    private long now() {
        return directory.keeper().nanoTime();
    }

    SessionName name() {
        return name;
    }

    /** When it was last used, by the clock of the {@link Keeper}. */
    long used() {
        return used;
    }

    UnavailableException readFailed(IOException e) {
        return UnavailableException.readFailed("cannot read " + directory.log(name) + ": " + e.getMessage(), e);
    }

    UnavailableException writeFailed(IOException e) {
        return UnavailableException.writeFailed("cannot write " + directory.log(name) + ": " + e.getMessage(), e);
    }

    /**
     * Reads from the log as it stands now; empty when there is none. Values are not read in there, but afterwards
     * from the {@link OpenLog.View} that is made there.
     */
    <T> Optional<T> read(SessionLog.Use<T> use) {
        used = now();
        try {
            if (log.isDoubtful()) {
                alone(open -> true);
            }
            return log.read(use);
        } catch (IOException e) {
            throw readFailed(e);
        }
    }

    /** Whether there are rows of one of these families. A session that is asleep stays so. */
    boolean holds(Set<Family> families) {
        try {
            Optional<Set<Family>> held = isAsleep()
                    ? OpenLog.families(directory, name)
                    : log.read(open -> open.index().counts().keySet());
            return held.isPresent() && held.get().stream().anyMatch(families::contains);
        } catch (IOException e) {
            throw readFailed(e);
        }
    }

    /** Applies a change; when it returns, as durably as it says. */
    void commit(Change change) {
        used = now();
        while (urgent && compacting.get()) {
            directory.disk().pause(PAUSE);
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
        Optional<OpenLog> open = lock.held() ? log.writable() : Optional.empty();
        if (open.isPresent()) {
            return open;
        }
        if (!directory.exists(make)) {
            return Optional.empty();
        }
        if (lock.take()) {
            beginTending();
        }
        return log.openForWriting(make);
    }

    /** Writes a group, which can be read afterwards. With the turn, ready. */
    void append(List<EncodedBatch> batches, boolean synced) throws IOException {
        OpenLog open = log.append(batches, synced);
        Upkeep upkeep = directory.upkeep();
        urgent = upkeep.needsNewLog(open);
        if (upkeep.wantsNewLog(open) && open.end().offset() > compactFrom && compacting.compareAndSet(false, true)) {
            compactFrom = open.end().offset();
            directory.keeper().after(Duration.ZERO, this::compact);
        }
    }

    /** Forgets everything, so that the log is read and mended as after a crash. With the turn. */
    void forget() throws IOException {
        log.forget();
    }

    private void compact() {
        Compaction compaction = new Compaction(directory, this, log);
        boolean done = false;
        try {
            done = compaction.run();
        } catch (IOException | RuntimeException e) {
            if (!log.isClosed()) { // Else it was made new at rest, or will be.
                LOG.warn("cannot make {} shorter: {}", directory.log(name), e.getMessage());
            }
        } finally {
            compactFrom = done ? 0 : compactFrom + directory.upkeep().wanted() / 2;
            compacting.set(false);
            compaction.letGo();
        }
    }

    /**
     * Does something while nobody writes or reads, and no other process can write. The lock may have been given up
     * since the last time, so others may have written, and even have put another log in this place.
     *
     * @return empty when the session sleeps
     */
    <T> Optional<T> exclusively(SessionLog.Use<T> use) throws IOException {
        return log.isClosed() ? Optional.empty() : alone(use);
    }

    private <T> Optional<T> alone(SessionLog.Use<T> use) throws IOException {
        return queue.alone(() -> ready(false).isPresent() ? Optional.of(log.exclusively(use)) : Optional.empty());
    }

    /**
     * Makes the log new, so that nothing is left of what was deleted, and removes what stands beside it.
     *
     * @throws IOException when that could not be done; nothing is lost then
     */
    void purge() throws IOException {
        while (!compacting.compareAndSet(false, true)) {
            directory.disk().pause(PAUSE);
        }
        try {
            Duration end = directory.disk().uptime().plus(PATIENCE);
            while (!alone(this::purge).orElse(true)) {
                if (directory.disk().uptime().compareTo(end) > 0) {
                    throw new IOException("another process has been making the log of this session new for "
                            + PATIENCE.toSeconds() + " s");
                }
                directory.disk().pause(PAUSE);
            }
        } finally {
            compacting.set(false);
        }
    }

    private boolean purge(OpenLog open) throws IOException {
        if (!new Compaction(directory, this, log).runAlone(open)) {
            return false;
        }
        directory.disk().delete(directory.file(LogNames.newCheckpoint(name)));
        Leftovers.remove(directory, name);
        directory.force("the removal of what stood beside a log");
        return true;
    }

    private void beginTending() {
        if (tended.compareAndSet(false, true)) {
            directory.keeper().after(TENDING, this::tend);
        }
    }

    /** Looks after a session that has its lock. On a thread of ours. */
    private void tend() {
        try {
            if (now() - used > TENDING.toNanos()) {
                queue.tryAlone(this::giveUp);
            } else if (isWanted()) {
                queue.alone(() -> {
                    giveUp();
                    lock.giveWay();
                    return true;
                });
            }
            if (now() - forced > UNFORCED.toNanos()) {
                forced = now();
                log.force();
            }
        } finally {
            tended.set(false);
            if (lock.held()) {
                beginTending();
            }
        }
    }

    /** A lock of which nobody can say whether it is wanted is not worth keeping. */
    private boolean isWanted() {
        try {
            return lock.wanted();
        } catch (IOException e) {
            LOG.debug("cannot look who waits for {}: {}", directory.log(name), e.getMessage());
            return true;
        }
    }

    private void giveUp() {
        log.stopWriting();
        lock.release();
    }

    /** Whether it holds nothing but its name. */
    boolean isAsleep() {
        return log.isClosed() && !lock.held() && !compacting.get();
    }

    /** Whether there is something to be done before nobody uses it any more. */
    boolean mustRest() {
        return !isAsleep() || log.wasWritten();
    }

    /**
     * Goes to sleep, leaving the log closed if it was written here and nobody else is at it.
     *
     * @return false when somebody is using the session just now
     */
    boolean rest() {
        if (!compacting.compareAndSet(false, true)) {
            return false;
        }
        try {
            AtomicBoolean done = new AtomicBoolean();
            return queue.tryAlone(() -> done.set(Workers.call(this::tryToRest))) && done.get();
        } finally {
            compacting.set(false);
        }
    }

    private boolean tryToRest() {
        boolean closed = true;
        try {
            closed = log.tryToClose(new SessionLog.Ending() {
                @Override
                public boolean mayWrite() throws IOException {
                    return lock.tryTake();
                }

                @Override
                public boolean makeNew(OpenLog open) throws IOException {
                    try {
                        return new Compaction(directory, LogSession.this, log).runAlone(open);
                    } catch (Compaction.NotMadeException e) {
                        LOG.warn("cannot make {} shorter: {}", directory.log(name), e.getMessage());
                        return false;
                    }
                }
            });
            return closed;
        } catch (IOException | RuntimeException e) {
            // As a crash would leave it, which the next one who opens it deals with.
            LOG.warn("{} is left without an end mark: {}", directory.log(name), e.getMessage());
            return true;
        } finally {
            if (closed) {
                lock.release(); // Not while it can still be written to.
            }
        }
    }
}
