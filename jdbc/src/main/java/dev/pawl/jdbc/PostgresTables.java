package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The tables of a layout in a database of PostgreSQL: which are there, whether they can be used, and making them. */
final class PostgresTables {

    private static final Schema PAWL = Schema.of("pawl_schema", "postgresql", "0001-tables.sql");
    private static final Schema ZAILEYS =
            Schema.of(ZaileysTables.PREFIX + "schema", "postgresql-zaileys", "0001-tables.sql");

    /** Whoever makes tables has this lock: "pawl" and "ddl". */
    private static final long LOCK = 0x7061776c_0064646cL;

    private final PostgresConnections connections;
    private final PostgresFacts server;
    private final String place;
    private final Layout layout;
    private final Schema schema;

    /** They do not go away again. */
    private volatile OptionalInt step = OptionalInt.empty();

    PostgresTables(PostgresConnections connections, PostgresFacts server, String place, Layout layout) {
        this.connections = connections;
        this.server = server;
        this.place = place;
        this.layout = layout;
        this.schema = schema(layout);
    }

    private static Schema schema(Layout layout) {
        return layout == Layout.PAWL ? PAWL : ZAILEYS;
    }

    /** The statements that make them. */
    static String script(Layout layout) {
        return schema(layout).script();
    }

    /** All of them, as they are once they were made. */
    Dialect all() {
        return layout == Layout.PAWL ? PostgresDialect.INSTANCE : ZaileysOnPostgres.COMPLETE;
    }

    /**
     * Those that are there, made by whomever; empty when there are none. Looks until all are.
     *
     * @throws UnsupportedException when only a newer program understands them, or one has the name of a table of zaileys
     *     and is none
     */
    Optional<Dialect> find() throws SQLException {
        if (step().isPresent()) {
            return Optional.of(all());
        }
        if (layout == Layout.PAWL) {
            return Optional.empty();
        }
        Set<Family> theirs = connections.use(this::tablesOfZaileys);
        return theirs.isEmpty() ? Optional.empty() : Optional.of(ZaileysOnPostgres.bare(theirs));
    }

    private Set<Family> tablesOfZaileys(SqlConnection connection) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        PreparedStatement select = connection.prepare(ZaileysOnPostgres.COLUMNS_THAT_ARE_THERE);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2));
            }
        }
        Set<Family> found = EnumSet.noneOf(Family.class);
        for (Family family : ZaileysTables.THEIRS) {
            String table = ZaileysOnPostgres.tableOf(family);
            String theirs = ZaileysOnPostgres.columnsOf(family);
            if (columns.containsKey(table)) {
                if (!theirs.equals(columns.get(table))) {
                    throw new UnsupportedException(place + " has a table " + table
                            + " that is not the one of zaileys, which has the columns " + theirs
                            + "; nothing was changed");
                }
                found.add(family);
            }
        }
        return found;
    }

    /**
     * The last step that those of ours have, or empty when they are not there. Looks until they are.
     *
     * @throws UnsupportedException when only a newer program understands them
     */
    OptionalInt step() throws SQLException {
        if (step.isEmpty()) {
            step = connections.use(connection -> connection
                            .text("SELECT to_regclass('" + schema.table() + "')")
                            .isPresent()
                    ? OptionalInt.of(schema.require(connection, place))
                    : OptionalInt.empty());
        }
        return step;
    }

    /** What there is, for people. */
    String describe() throws SQLException {
        int last = step().orElse(0);
        if (layout == Layout.ZAILEYS && find().isPresent()) {
            return "tables of zaileys, " + SqliteTables.describe(last);
        }
        return last == 0 ? "no tables yet" : "tables at step " + last;
    }

    /**
     * Makes them, or what they lack.
     *
     * @throws StoreException when this role may not
     */
    void make() throws SQLException {
        if (step().isPresent() && step.getAsInt() >= schema.last()) {
            return;
        }
        // Also says when there is something in the way.
        find();
        if (server.schema().isEmpty()) {
            throw UnavailableException.connectionFailed(place + " has no schema in which new tables could be made:"
                    + " CREATE SCHEMA the one that currentSchema or search_path names");
        }
        try {
            connections.use(connection -> {
                connection.runOnce(
                        CommitStatement.begin(Math.max(1, connections.patience().toMillis())));
                connection.runOnce("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                schema.bring(connection, place);
                connection.runOnce("COMMIT");
                return step;
            });
        } catch (SQLException e) {
            if (PostgresFailures.isOfRights(e)) {
                throw notAllowed(e);
            }
            if (PostgresFailures.isOfLocks(e)) {
                throw UnavailableException.writeFailed(
                        place + ": another process makes the tables, or has locked them, and does not come to an end;"
                                + " try again",
                        PostgresFailures.clean(e));
            }
            throw e;
        }
        step = OptionalInt.of(schema.last());
    }

    private UnavailableException notAllowed(SQLException e) {
        String named = server.schema().orElse("");
        String remedy = layout == Layout.PAWL
                ? "have its owner say GRANT CREATE ON SCHEMA " + named + " TO " + server.role()
                        + ", or run what PostgresBackend.script() returns, which is also in docs/format/postgresql.md"
                // Who makes an index owns the table.
                : "have the owner of zaileys' tables run what PostgresBackend.script(Layout.ZAILEYS) returns, and then"
                        + " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + named + " TO "
                        + server.role();
        return UnavailableException.connectionFailed(
                place + " has no tables of Pawl's, or old ones, and the role " + server.role()
                        + " may not make any in schema " + named + ": " + remedy,
                e);
    }
}
