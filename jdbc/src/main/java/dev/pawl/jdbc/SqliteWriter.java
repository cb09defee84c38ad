package dev.pawl.jdbc;

import dev.pawl.backend.UnavailableException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that writes, made when it is first needed. Where a database has one connection only, this one reads
 * too.
 */
final class SqliteWriter implements Readers, GroupCommit.Writer {

    /** Room for a session record, which seldom has more than 5 kB: half as many pages go into the log as with 4096. */
    private static final int PAGE_SIZE = 8192;

    private final SqliteDatabase database;
    private final SqliteTables tables;
    private final Duration busyTimeout;
    private final GroupCommit turns;
    private final LogKeeper log;

    /** Belongs to whoever has the turn. */
    private @Nullable SqlConnection connection;

    /** Whether this connection has seen to it that the tables are there. */
    private boolean prepared;

    SqliteWriter(SqliteDatabase database, SqliteFailures failures, SqliteTables tables, Duration busyTimeout) {
        this.database = database;
        this.tables = tables;
        this.busyTimeout = busyTimeout;
        this.turns = new GroupCommit(this, failures);
        this.log = new LogKeeper(database);
    }

    /** Writes in a transaction, together with others who want to. Makes the database and its tables first. */
    void apply(Change change) {
        turns.apply(opened -> change.apply(opened.with(tables.all())));
    }

    /** Has the log taken into the database behind the commits, where it has a connection to spare for that. */
    void keepLog() {
        if (database.isOwn() && !database.hasOneConnection()) {
            log.grown();
        }
    }

    @Override
    public <T> T read(Query<T> query) throws SQLException {
        return turns.alone(() -> query.on(connected()));
    }

    /**
     * Takes what was written out of the log, which keeps old content until then.
     *
     * @throws UnavailableException when somebody is still reading it
     */
    void emptyLog() throws SQLException {
        boolean busy = log.without(() -> turns.alone(() -> {
            try (Statement statement = connection().raw().createStatement();
                    ResultSet rows = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                return rows.next() && rows.getInt(1) != 0;
            }
        }));
        if (busy) {
            throw UnavailableException.connectionFailed("the rows are erased from " + database.place()
                    + ", but the log beside it still has their old content, because another program is reading it:"
                    + " do this again when that has ended");
        }
    }

    @Override
    public SqlConnection connection() throws SQLException {
        SqlConnection current = connected();
        if (!prepared) {
            if (!database.hasOneConnection()) {
                // Means something to a database without any table only.
                current.runOnce("PRAGMA page_size = " + PAGE_SIZE);
                logAhead(current);
            }
            try {
                tables.make(current);
            } catch (SQLException | RuntimeException | Error e) {
                discard(e);
                throw e;
            }
            prepared = true;
        }
        return current;
    }

    private SqlConnection connected() throws SQLException {
        SqlConnection current = connection;
        if (current == null) {
            database.create();
            current = database.open(true);
            connection = current;
        }
        return current;
    }

    /** SQLite does not wait for others when it changes the kind of journal, so this does. */
    private void logAhead(SqlConnection current) throws SQLException {
        long end = System.nanoTime() + busyTimeout.toNanos();
        while (true) {
            try {
                String mode = current.text("PRAGMA journal_mode = WAL").orElse("");
                if (!mode.equals("wal")) {
                    throw UnavailableException.connectionFailed(
                            database.place() + " cannot keep a write-ahead log, only a journal of kind " + mode);
                }
                return;
            } catch (SQLException e) {
                if (e.getErrorCode() != SqliteFailures.BUSY || System.nanoTime() - end > 0) {
                    throw e;
                }
                Pause.brief();
            }
        }
    }

    @Override
    public void discard(Throwable cause) {
        SqlConnection current = connection;
        if (current != null && !database.hasOneConnection()) {
            connection = null;
            prepared = false;
            try {
                current.close();
            } catch (SQLException e) {
                cause.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        log.close();
        SqlConnection current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
    }
}
