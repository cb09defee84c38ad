package dev.pawl.jdbc;

import dev.pawl.backend.Lifetime;
import java.sql.SQLException;
import java.util.Optional;

/** Reading and writing an open SQLite database, whatever is read and written. */
final class SqliteAccess {

    private final SqliteDatabase database;
    private final SqliteFailures failures;
    private final SqliteTables tables;
    private final SqliteWriter writer;
    private final Readers readers;
    private final Lifetime life;

    SqliteAccess(
            SqliteDatabase database,
            SqliteFailures failures,
            SqliteTables tables,
            SqliteWriter writer,
            Readers readers) {
        this.database = database;
        this.failures = failures;
        this.tables = tables;
        this.writer = writer;
        this.readers = readers;
        this.life = new Lifetime("the backend on " + database.place());
    }

    /** What ends with the backend. */
    Lifetime life() {
        return life;
    }

    /** The database, for people. */
    String place() {
        return database.place();
    }

    /** Reads, or gives this when there are no tables to read. */
    <T> T read(Query<T> query, T nothing) {
        return life.use(() -> {
            try {
                Optional<Dialect> found = findTables();
                return found.isPresent() ? readers.read(connection -> query.on(connection.with(found.get()))) : nothing;
            } catch (SQLException e) {
                throw failures.reading(e);
            }
        });
    }

    /** Writes in a transaction, together with others who want to; the caller uses the {@link #life}. */
    void write(Change change) {
        writer.apply(change);
    }

    /** Much was written: the log is taken into the database behind it. */
    void keepLog() {
        writer.keepLog();
    }

    /** Takes what was written out of the log. */
    void emptyLog() {
        try {
            writer.emptyLog();
        } catch (SQLException e) {
            throw failures.notApplied(e);
        }
    }

    Optional<Dialect> findTables() {
        try {
            return tables.find(readers);
        } catch (SQLException e) {
            throw failures.opening(e);
        }
    }

    /** Closes every connection, after whatever is under way. */
    void close() {
        try {
            life.end(() -> {
                try {
                    readers.close();
                } finally {
                    // Last, since the last one to close tidies up the log.
                    writer.close();
                }
            });
        } catch (SQLException e) {
            throw failures.notApplied(e);
        }
    }
}
