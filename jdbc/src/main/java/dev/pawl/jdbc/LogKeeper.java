package dev.pawl.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what commits leave in the write-ahead log into the database, on a thread and a connection of its own while further
 * commits go on, so that they find little left to do when the log has grown too long.
 *
 * <p>Keeps nothing that matters: without it, the commit with which the log gets too long does all of it.
 */
final class LogKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

    /** For fewer pages than these it is not worth forcing two files. */
    private static final int PAGES = 1000;

    /**
     * When the log has so many, it is left to the next commits: one of them takes in the rest and has the log begin anew,
     * which nobody can while somebody else is at it.
     */
    private static final int LONG = SqliteDatabase.LOG_PAGES - 1000;

    /** How long after a commit it is looked how long the log is. */
    private static final long GATHERING_MILLIS = 20;

    private final SqliteDatabase database;
    private final ScheduledThreadPoolExecutor executor;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** Held while it works. */
    private final Lock working = new ReentrantLock();

    private @Nullable SqlConnection connection;
    private volatile boolean closed;

    /** Begins nothing yet, and connects when there is something to do. */
    LogKeeper(SqliteDatabase database) {
        this.database = database;
        this.executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "pawl-log");
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(1, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** The log may have grown. */
    void grown() {
        if (!closed && scheduled.compareAndSet(false, true)) {
            try {
                ScheduledFuture<?> unused = executor.schedule(this::run, GATHERING_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Closed: the last one to close the database takes the log into it.
            }
        }
    }

    /** Does something with the log that it must not be in the way of. */
    <T> T without(Use<T> use) throws SQLException {
        working.lock();
        try {
            return use.run();
        } finally {
            working.unlock();
        }
    }

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Use<T> {
        T run() throws SQLException;
    }

    private void run() {
        scheduled.set(false);
        working.lock();
        try {
            if (!closed && isWorthIt()) {
                checkpoint("PASSIVE");
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("{}: the log is left to the commits", database.place(), e);
            disconnect();
        } finally {
            working.unlock();
        }
    }

    private boolean isWorthIt() throws SQLException {
        Pages pages = checkpoint("NOOP");
        return pages.log() < LONG && pages.log() - pages.taken() >= PAGES;
    }

    /** How many pages are in the log, and how many of them in the database too. */
    private record Pages(int log, int taken) {}

    private Pages checkpoint(String mode) throws SQLException {
        SqlConnection current = connection;
        if (current == null) {
            current = database.open(true);
            connection = current;
        }
        try (ResultSet rows =
                current.prepare("PRAGMA wal_checkpoint(" + mode + ")").executeQuery()) {
            return rows.next() ? new Pages(rows.getInt(2), rows.getInt(3)) : new Pages(0, 0);
        }
    }

    private void disconnect() {
        SqlConnection current = connection;
        connection = null;
        if (current != null) {
            try {
                current.close();
            } catch (SQLException e) {
                LOG.debug("{}: a connection that failed was not closed", database.place(), e);
            }
        }
    }

    /** Ends after the step that is under way. */
    @Override
    public void close() {
        closed = true;
        executor.shutdown();
        working.lock();
        try {
            disconnect();
        } finally {
            working.unlock();
        }
    }
}
