package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tables of a layout in a SQLite database: which are there, and whether they can be used. */
final class SqliteTables {

    private static final Schema PAWL = Schema.of("pawl_schema", "sqlite", "0001-tables.sql", "0002-indexes.sql");
    private static final Schema ZAILEYS =
            Schema.of(ZaileysTables.PREFIX + "schema", "sqlite-zaileys", "0001-tables.sql");

    /** The tables of an index of words, which not every database has. */
    static final Schema SEARCH = Schema.of("pawl_search_schema", "sqlite-search", "0001-tables.sql");

    private final SqliteDatabase database;
    private final Layout layout;
    private final boolean search;
    private final Schema schema;

    /** They do not go away again. */
    private volatile boolean complete;

    /**
     * Those of a database.
     *
     * @param search whether an index of words is made with them
     */
    SqliteTables(SqliteDatabase database, Layout layout, boolean search) {
        this.database = database;
        this.search = search;
        this.layout = layout;
        this.schema = layout == Layout.PAWL ? PAWL : ZAILEYS;
    }

    /** All of them, as they are once they were made. */
    Dialect all() {
        return layout == Layout.PAWL ? SqliteDialect.INSTANCE : ZaileysOnSqlite.COMPLETE;
    }

    /**
     * Those that are there, made by whomever; empty when there are none. Looks until all are.
     *
     * @throws StoreException when there is something that is, and will be, no database of this layout
     */
    Optional<Dialect> find(Readers readers) throws SQLException {
        if (complete) {
            return Optional.of(all());
        }
        // at one moment: somebody may be making them
        return database.exists() ? readers.read(connection -> connection.atOneMoment(this::findIn)) : Optional.empty();
    }

    private Optional<Dialect> findIn(SqlConnection connection) throws SQLException {
        String encoding = connection.text("PRAGMA encoding").orElse("");
        if (!encoding.equals("UTF-8")) {
            // Ids would stand in another order than everywhere else.
            throw new UnsupportedException(
                    database.place() + " keeps text in " + encoding + ", and Pawl needs UTF-8: name another file");
        }
        Set<Family> theirs = layout == Layout.ZAILEYS ? tablesOfZaileys(connection) : Set.of();
        if (isThere(connection, schema)) {
            step(connection);
            if (layout == Layout.PAWL && isThere(connection, SEARCH)) {
                SEARCH.require(connection, database.place());
            }
            complete = true;
            return Optional.of(all());
        }
        if (!theirs.isEmpty()) {
            return Optional.of(ZaileysOnSqlite.bare(theirs));
        }
        if (database.isOwn()) {
            requireNoneOfOthers(connection);
        }
        return Optional.empty();
    }

    /** The last step they have; 0 when Pawl has made none. */
    int step(SqlConnection connection) throws SQLException {
        return isThere(connection, schema) ? schema.require(connection, database.place()) : 0;
    }

    /** What there is, for people. */
    String describe(SqlConnection connection) throws SQLException {
        int step = step(connection);
        return layout == Layout.PAWL ? "tables at step " + step : "tables of zaileys, " + describe(step);
    }

    /** What a step of our tables beside those of somebody else means, for people. */
    static String describe(int step) {
        return step == 0 ? "none of Pawl's beside them" : "those of Pawl beside them at step " + step;
    }

    /** Makes them, or what they lack, in a transaction of its own that locks others out. */
    void make(SqlConnection connection) throws SQLException {
        connection.run("BEGIN IMMEDIATE");
        try {
            schema.bring(connection, database.place());
            if (search) {
                SEARCH.bring(connection, database.place());
            }
            connection.run("COMMIT");
        } catch (SQLException | RuntimeException | Error e) {
            connection.rollBack(e);
            throw e;
        }
    }

    private static boolean isThere(SqlConnection connection, Schema schema) throws SQLException {
        return connection
                .text("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '" + schema.table() + "'")
                .isPresent();
    }

    /** Refuses a database in which only others have tables. */
    private void requireNoneOfOthers(SqlConnection connection) throws SQLException {
        if (layout == Layout.ZAILEYS && isThere(connection, PAWL)) {
            throw new UnsupportedException(
                    database.place()
                            + " has Pawl's own tables, not those of zaileys: open it without layout=zaileys; nothing was changed");
        }
        Optional<String> foreign =
                connection.text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
                        + " ESCAPE '\\' AND name NOT LIKE 'pawl\\_%' ESCAPE '\\' ORDER BY name LIMIT 1");
        if (foreign.isPresent()) {
            throw new UnsupportedException(
                    layout == Layout.PAWL && isOfZaileys(connection)
                            ? database.place()
                                    + " is a database of zaileys: open it with ?layout=zaileys, or name another"
                                    + " file; nothing was changed"
                            : database.place() + " is a database of another program: it has a table " + foreign.get()
                                    + " and none of " + (layout == Layout.PAWL ? "Pawl's" : "zaileys'")
                                    + ". Name another file; nothing was changed");
        }
    }

    /** Whether these are the tables that zaileys keeps credentials and keys in, or its history. */
    private static boolean isOfZaileys(SqlConnection connection) throws SQLException {
        for (Family family : Set.of(Family.KEY, Family.MESSAGE)) {
            if (ZaileysOnSqlite.NAMES.isTable(family, columns(connection, ZaileysOnSqlite.NAMES.table(family)))) {
                return true;
            }
        }
        return false;
    }

    /**
     * The families whose tables of zaileys are there.
     *
     * @throws UnsupportedException when one of that name is another program's
     */
    private Set<Family> tablesOfZaileys(SqlConnection connection) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        for (String table : ZaileysOnSqlite.NAMES.tables()) {
            columns.put(table, columns(connection, table));
        }
        return ZaileysOnSqlite.NAMES.families(columns, database.place());
    }

    private static String columns(SqlConnection connection, String table) throws SQLException {
        return connection
                .text("SELECT group_concat(name) FROM pragma_table_info('" + table + "')")
                .orElse("");
    }
}
