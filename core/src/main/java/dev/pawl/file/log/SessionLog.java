package dev.pawl.file.log;

import static java.util.Objects.requireNonNull;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The log of one session as this process has it: closed, open for reading, or open for writing, which is as long as
 * this process has the session's lock and so knows that nobody else writes. While it has not, every reader looks
 * first whether another process has written.
 *
 * <p><b>Thread-safety.</b> Reading is safe. What says so is done by whoever has the session's turn.
 */
final class SessionLog {

    /**
     * Who looks at a log that another process may be writing looks again after this time before he calls it damaged.
     */
    private static final Duration NEXT_LOOK = Duration.ofMillis(50);

    private static final int LOOKS = 20;

    private final LogDirectory directory;
    private final SessionName name;
    private final ReentrantReadWriteLock state = new ReentrantReadWriteLock();

    /** Changed with the write side of the state. Only who also has the turn closes it while there is a writer. */
    private volatile @Nullable OpenLog log;

    /** Changed with the turn and the write side of the state. */
    private volatile @Nullable LogWriter writer;

    /** Whether this process has written since it left the log closed, so that it is for it to do that again. */
    private volatile boolean wrote;

    /** Whether what the log shows may be less durable than it has to be, because a force of it has failed. */
    private volatile boolean doubtful;

    /** Whether any of that was not forced at once, so that nothing in front of it proves that it was there. */
    private boolean wroteUnforced;

    /** Something that is read from an open log, or done with it. */
    interface Use<T> {
        T of(OpenLog log) throws IOException;
    }

    SessionLog(LogDirectory directory, SessionName name) {
        this.directory = directory;
        this.name = name;
    }

    boolean isClosed() {
        return log == null;
    }

    /** Whether it was written here and not left closed since. */
    boolean wasWritten() {
        return wrote;
    }

    /** Whether the log has to be opened for writing, and so mended, before it is read. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** Reads from the log as it stands now; empty when there is none. */
    <T> Optional<T> read(Use<T> use) throws IOException {
        state.readLock().lock();
        try {
            OpenLog open = log;
            if (writer != null && open != null) {
                return Optional.of(use.of(open));
            }
        } finally {
            state.readLock().unlock();
        }
        state.writeLock().lock();
        try {
            if (writer == null) {
                lookUntilSure();
            }
            OpenLog open = log;
            return open == null ? Optional.empty() : Optional.of(use.of(open));
        } finally {
            state.writeLock().unlock();
        }
    }

    /**
     * Has the log as it is now. What looks damaged may be what another process is writing, until it looks the same
     * twice.
     */
    private void lookUntilSure() throws IOException {
        String seen = "";
        for (int look = 1; ; look++) {
            try {
                catchUp();
                return;
            } catch (CorruptDataException e) {
                String now = String.valueOf(e.getMessage());
                if (now.equals(seen) || look == LOOKS) {
                    throw e;
                }
                seen = now;
                directory.disk().pause(NEXT_LOOK);
            }
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
                if (!same.get() || !open.stands()) {
                    close();
                } else if (open.hasMore()) {
                    open.follow();
                }
            }
            if (log == null) {
                open();
            }
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private void open() throws IOException {
        if (directory.disk().stat(directory.log(name)).isEmpty()) {
            return;
        }
        directory.admit(name);
        try {
            log = OpenLog.open(directory, name).orElse(null);
        } finally {
            if (log == null) {
                directory.dismiss(name);
            }
        }
    }

    private void close() {
        closeWriter();
        OpenLog open = log;
        if (open != null) {
            log = null;
            open.close();
            directory.dismiss(name);
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
     * Does something that readers must not see half done, on a thread that nobody interrupts. If it fails, the log is
     * closed: what is known of it may not be true any more.
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
                    close();
                }
                state.writeLock().unlock();
            }
        });
    }

    /** The log, if it is open for writing and no force of it has failed. With the turn. */
    Optional<OpenLog> writable() throws IOException {
        LogWriter open = writer;
        if (open != null && open.failure().isPresent()) {
            forget();
        }
        return writer == null ? Optional.empty() : Optional.ofNullable(log);
    }

    /**
     * Opens the log for writing. With the turn and the lock of the session.
     *
     * @param make whether to make one where there is none
     * @return empty when there is none
     */
    Optional<OpenLog> openForWriting(boolean make) throws IOException {
        return changing(() -> {
            closeWriter();
            catchUp();
            if (log == null && make) {
                Birth.of(directory, name);
                catchUp();
            }
            OpenLog open = log;
            if (open != null) {
                NewLog.removeLeftover(directory, name);
                wrote = true; // The end mark goes, whether anything is appended or not.
                writer = LogWriter.open(directory, open);
            }
            doubtful = false;
            return Optional.ofNullable(open);
        });
    }

    /** Writes a group, which is in the index afterwards. With the turn, open for writing. */
    OpenLog append(List<EncodedBatch> batches, boolean synced) throws IOException {
        LogWriter open = requireNonNull(writer);
        OpenLog known = requireNonNull(log);
        Frame frame = open.append(batches, synced);
        state.writeLock().lock();
        try {
            wrote = true;
            wroteUnforced |= !synced;
            known.written(frame, open.end());
            return known;
        } finally {
            state.writeLock().unlock();
        }
    }

    /** Forgets everything: the log is read and mended as after a crash before it is used again. With the turn. */
    void forget() throws IOException {
        changing(() -> {
            doubtful = true;
            close();
            return true;
        });
    }

    /** Does something with the log while nobody writes or reads. With the turn, open for writing. */
    <T> T exclusively(Use<T> use) throws IOException {
        return changing(() -> use.of(requireNonNull(log)));
    }

    /** Has a new log in the place of the one that is open. Inside {@link #exclusively}. */
    void replace(OpenLog newLog) throws IOException {
        closeWriter();
        requireNonNull(log).close();
        log = newLog;
        writer = LogWriter.open(directory, newLog);
    }

    /** Notes no more what is changed in the log. */
    void unwatch() {
        state.writeLock().lock();
        try {
            OpenLog open = log;
            if (open != null) {
                open.index().unwatch();
            }
        } finally {
            state.writeLock().unlock();
        }
    }

    /** Forces what was written without that. Anybody may do it. */
    void force() {
        LogWriter open = writer;
        if (open != null) {
            open.force();
        }
    }

    /** Forces what was written, and lets others write. With the turn, on a thread of ours. */
    void stopWriting() {
        state.writeLock().lock();
        try {
            LogWriter open = writer;
            if (open != null) {
                open.force();
                if (open.failure().isPresent()) {
                    close();
                } else {
                    requireNonNull(log).mended(open.end());
                    closeWriter();
                }
            }
        } finally {
            state.writeLock().unlock();
        }
    }

    /** Who wants to know whether a session can be closed for good. */
    interface Ending {
        /** Whether nobody else can write now. */
        boolean mayWrite() throws IOException;

        /** Makes the log new; false when that was not possible, and nothing has changed. */
        boolean makeNew(OpenLog log) throws IOException;
    }

    /**
     * Closes the files, and leaves the log with an end mark if it was written here. With the turn, on a thread of ours.
     *
     * @return false when somebody is reading just now
     */
    boolean tryToClose(Ending ending) throws IOException {
        if (!state.writeLock().tryLock()) {
            return false;
        }
        try {
            if (wrote && ending.mayWrite()) {
                end(ending);
                wrote = false;
                wroteUnforced = false;
            }
            return true;
        } finally {
            close();
            state.writeLock().unlock();
        }
    }

    private void end(Ending ending) throws IOException {
        LogWriter open = writer;
        if (open != null && open.failure().isPresent()) {
            close();
            open = null;
        }
        if (open == null) {
            catchUp();
            OpenLog found = log;
            if (found == null || found.end().closed()) {
                return; // Somebody else has left it so.
            }
            open = LogWriter.open(directory, found);
            writer = open;
        }
        open.settle();
        if (wroteUnforced || directory.upkeep().wantsNewLogAtRest(requireNonNull(log))) {
            ending.makeNew(requireNonNull(log));
        }
        OpenLog whole = requireNonNull(log);
        requireNonNull(writer).end(whole.index().counts(), () -> whole.saveCheckpoint(directory));
    }
}
