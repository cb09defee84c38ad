package dev.pawl.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a database file of ours without creating, recovering, changing or removing anything, whoever else uses it.
 *
 * <p>SQLite itself makes files even for reading when a database has a write-ahead log. How it can be kept from that
 * depends on what is there, so every query looks, and has a connection of its own:
 *
 * <table>
 * <caption>What is there, and how it is read</caption>
 * <tr><td>the file alone</td><td>{@code immutable}: no locks, no other files</td></tr>
 * <tr><td>with log and shared memory</td><td>{@code readonly_shm}: beside a living writer with its locks, after a dead one
 * with an index of the log in memory</td></tr>
 * <tr><td>with a log alone, such as a copy</td><td>without locks, and with an index of the log in memory. A log without a
 * whole transaction counts as none.</td></tr>
 * <tr><td>with a rollback journal</td><td>as SQLite does: beside a living writer with its locks; after a dead one it is an
 * error, since only a writer can roll back</td></tr>
 * </table>
 *
 * <p>Where no locks are held, the answer counts only if the files are the same afterwards; otherwise the query runs again.
 *
 * <p><b>Thread-safety.</b> Any thread, so many at once as were asked for. <b>Not supported.</b> Leaving nothing behind when
 * the last writer ends between the look and the opening: SQLite then leaves an empty log, which means nothing.
 */
final class ReadOnlyReaders implements Readers {

    /** So many looks there are at least, however short the wait for a lock may be. */
    private static final int ATTEMPTS = 50;

    /** A writer that ends takes less than this between the removal of one file and of the next, nearly always. */
    private static final int PAUSES_OF_AN_END = 4;

    /** From this one on, a file that changed during every one of them has a living writer, and so there were locks. */
    private static final int LIVING = 3;

    /** Connections that must not be closed: SQLite would remove a log that somebody else has begun meanwhile. */
    private static final List<SqlConnection> GIVEN_UP = new CopyOnWriteArrayList<>();

    /** The most of these in a process: a program that needs more of them keeps the file to itself. */
    private static final int MOST_GIVEN_UP = 8;

    private static final String WITHOUT_LOCKS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows") ? "win32-none" : "unix-none";

    private final Path file;
    private final long busyMillis;
    private final Semaphore permits;

    /** What has a log without shared memory for good, so that nobody waits for it twice. */
    private volatile @Nullable FileGlance lasting;

    private enum Way {
        IMMUTABLE("mode=ro&immutable=1"),
        SHARED("mode=ro&readonly_shm=1"),
        WITHOUT_LOCKS("mode=ro&vfs=" + ReadOnlyReaders.WITHOUT_LOCKS),
        JOURNAL("mode=ro");

        private final String options;

        Way(String options) {
            this.options = options;
        }
    }

    /**
     * For this file.
     *
     * @param file its real path
     * @param busyMillis how long to wait for a lock, and for files that somebody is changing
     * @param most how many queries run at once
     */
    ReadOnlyReaders(Path file, long busyMillis, int most) {
        this.file = file;
        this.busyMillis = busyMillis;
        this.permits = new Semaphore(most);
    }

    @Override
    public <T> T read(Query<T> query) throws SQLException {
        permits.acquireUninterruptibly();
        try {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(busyMillis);
            for (int attempt = 1; ; attempt++) {
                boolean last = attempt >= ATTEMPTS && System.nanoTime() - end > 0;
                FileGlance before = settled();
                try {
                    Way way = way(before);
                    T result = FileUse.reading(file, () -> read(query, way, before));
                    if (counts(way, before, attempt)) {
                        return result;
                    }
                } catch (IOException | SQLException | RuntimeException e) {
                    // A failure may come of files that were changing, and means something only when they were not.
                    if (last || (isSame(before) && !isPassing(e))) {
                        throw e;
                    }
                }
                if (last) {
                    throw new SQLException("its files changed during each of " + attempt + " readings");
                }
                Pause.brief();
            }
        } catch (IOException e) {
            throw new SQLException(
                    e.getClass().getSimpleName() + " " + e.getMessage(), null, SqliteFailures.CANNOT_OPEN, e);
        } finally {
            permits.release();
        }
    }

    /**
     * Whether it may be gone the next time: SQLite says that a log must be recovered also when a writer was just changing
     * its index and had done so at the second look.
     */
    private static boolean isPassing(Exception e) {
        return e instanceof SQLException cause && SqliteFailures.name(cause).equals("SQLITE_READONLY_RECOVERY");
    }

    /** A look at the files; when it depends on their times, not before these tell one change from the next. */
    private FileGlance settled() throws IOException {
        FileGlance glance = FileGlance.at(file);
        for (int i = 0; i < ATTEMPTS && !isShared(glance) && (glance.isTooYoung() || !outlastsAnEnd(glance)); i++) {
            Pause.brief();
            glance = FileGlance.at(file);
        }
        return glance;
    }

    /**
     * Whether this is still so when a writer that was ending has ended: it removes the shared memory, then the log. A
     * connection that is opened in between must be given up, and there are not many to give.
     */
    private boolean outlastsAnEnd(FileGlance glance) throws IOException {
        if (!glance.hasLog() || glance.sharedMemory() || glance.equals(lasting)) {
            return true;
        }
        for (int i = 0; i < PAUSES_OF_AN_END; i++) {
            Pause.brief();
        }
        if (!FileGlance.at(file).equals(glance)) {
            return false;
        }
        lasting = glance;
        return true;
    }

    private static boolean isShared(FileGlance glance) {
        return glance.log().isPresent() && glance.sharedMemory() && !glance.isLogBarelyBegun();
    }

    private Way way(FileGlance glance) throws IOException {
        if (isShared(glance)) {
            return Way.SHARED;
        }
        if (glance.hasLog() && LogFile.hasCommit(FileGlance.beside(file, "-wal"))) {
            if (GIVEN_UP.size() >= MOST_GIVEN_UP) {
                throw new IOException("another program writes to it and lets nobody read beside it");
            }
            return Way.WITHOUT_LOCKS;
        }
        return glance.journal() ? Way.JOURNAL : Way.IMMUTABLE;
    }

    /** Whether an answer counts: there were locks, or nothing changed meanwhile. */
    private boolean counts(Way way, FileGlance before, int attempt) throws IOException {
        FileGlance after = FileGlance.at(file);
        return switch (way) {
            case IMMUTABLE, WITHOUT_LOCKS -> after.equals(before);
            // With locks or, after a dead writer, without: who comes to life and changes the file meanwhile is seen.
            case SHARED ->
                after.log().isPresent()
                        && after.sharedMemory()
                        && (attempt >= LIVING || after.database().equals(before.database()));
            case JOURNAL -> after.equals(before) || attempt >= LIVING;
        };
    }

    private <T> T read(Query<T> query, Way way, FileGlance before) throws SQLException {
        SqlConnection connection = new SqlConnection(SqliteDriver.connect(SqliteDriver.url(file, way.options)));
        T result;
        try {
            setUp(connection, way);
            result = query.on(connection);
        } catch (Throwable e) {
            try {
                end(connection, way, before);
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        end(connection, way, before);
        return result;
    }

    private void setUp(SqlConnection connection, Way way) throws SQLException {
        if (way == Way.WITHOUT_LOCKS) {
            // First of all: it decides where the index of the log is kept.
            connection.runOnce("PRAGMA locking_mode = EXCLUSIVE");
        }
        connection.runOnce("PRAGMA busy_timeout = " + busyMillis);
        connection.runOnce("PRAGMA query_only = ON");
        connection.runOnce("PRAGMA temp_store = MEMORY");
        connection.runOnce("PRAGMA cell_size_check = ON");
        connection.runOnce("PRAGMA trusted_schema = OFF");
    }

    /**
     * Closes a connection. Without locks SQLite believes that it is the last user of the log, and removes one without a
     * whole transaction. There is one in the log that was looked at; one that is another by now is left alone.
     */
    private void end(SqlConnection connection, Way way, FileGlance before) throws SQLException {
        if (way != Way.WITHOUT_LOCKS || isSame(before)) {
            connection.close();
        } else {
            GIVEN_UP.add(connection);
        }
    }

    private boolean isSame(FileGlance before) {
        try {
            return FileGlance.at(file).equals(before);
        } catch (IOException e) {
            return false;
        }
    }

    /** Nothing is open between queries. */
    @Override
    public void close() {}
}
