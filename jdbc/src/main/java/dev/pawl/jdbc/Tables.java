package dev.pawl.jdbc;

import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import java.sql.SQLException;

/** Pawl's tables in a database: whether they are there, and whether they can be used. */
final class Tables {

    private static final Schema SCHEMA = Schema.of("sqlite", "0001-tables.sql");

    private final SqliteDatabase database;

    /** They do not go away again. */
    private volatile boolean found;

    Tables(SqliteDatabase database) {
        this.database = database;
    }

    /**
     * Whether they are there, made by whomever. Looks until they are.
     *
     * @throws StoreException when there is something that is, and will be, no database of ours
     */
    boolean areThere(Readers readers) throws SQLException {
        if (!found && database.exists()) {
            found = readers.read(this::areIn);
        }
        return found;
    }

    private boolean areIn(SqlConnection connection) throws SQLException {
        String encoding = connection.text("PRAGMA encoding").orElse("");
        if (!encoding.equals("UTF-8")) {
            // Ids would stand in another order than everywhere else.
            throw new UnsupportedException(
                    database.place() + " keeps text in " + encoding + ", and Pawl needs UTF-8: name another file");
        }
        if (Schema.isThere(connection)) {
            step(connection);
            return true;
        }
        if (database.isOwn()) {
            Schema.requireNoneOfOthers(connection, database.place());
        }
        return false;
    }

    /** The last step they have. */
    int step(SqlConnection connection) throws SQLException {
        return SCHEMA.require(connection, database.place());
    }

    /** Makes them, or what they lack, in a transaction of its own that locks others out. */
    void make(SqlConnection connection) throws SQLException {
        connection.run("BEGIN IMMEDIATE");
        try {
            SCHEMA.bring(connection, database.place());
            connection.run("COMMIT");
        } catch (SQLException | RuntimeException | Error e) {
            connection.rollBack(e);
            throw e;
        }
    }
}
