package dev.pawl.jdbc;

import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import java.sql.SQLException;
import java.util.Optional;

/** Pawl's tables in a SQLite database: whether they are there, and whether they can be used. */
final class SqliteTables {

    private static final Schema SCHEMA = Schema.of("sqlite", "0001-tables.sql");

    private final SqliteDatabase database;

    /** They do not go away again. */
    private volatile boolean found;

    SqliteTables(SqliteDatabase database) {
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
        if (isThere(connection)) {
            step(connection);
            return true;
        }
        if (database.isOwn()) {
            requireNoneOfOthers(connection, database.place());
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

    private static boolean isThere(SqlConnection connection) throws SQLException {
        return connection
                .text("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'pawl_schema'")
                .isPresent();
    }

    /**
     * Refuses a database in which only others have tables.
     *
     * @param place what is opened, for people
     */
    private static void requireNoneOfOthers(SqlConnection connection, String place) throws SQLException {
        Optional<String> foreign =
                connection.text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
                        + " ESCAPE '\\' AND name NOT LIKE 'pawl\\_%' ESCAPE '\\' ORDER BY name LIMIT 1");
        if (foreign.isPresent()) {
            String owner = isOfZaileys(connection)
                    ? "zaileys, whose tables this version cannot open yet, a later one does"
                    : "another program: it has a table " + foreign.get() + " and none of Pawl's";
            throw new UnsupportedException(
                    place + " is a database of " + owner + ". Name another file; nothing was changed");
        }
    }

    /** Whether these are the tables that zaileys keeps credentials and keys in, or its history. */
    private static boolean isOfZaileys(SqlConnection connection) throws SQLException {
        return connection
                .text(
                        "SELECT 'yes' WHERE (SELECT group_concat(name) FROM pragma_table_info('auth_signal')) = 'type,id,data'"
                                + " OR (SELECT group_concat(name) FROM pragma_table_info('messages'))"
                                + " = 'remote_jid,id,from_me,timestamp,data'")
                .isPresent();
    }
}
