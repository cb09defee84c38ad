package dev.pawl.jdbc;

import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.sql.SQLException;
import java.util.OptionalInt;

/** Pawl's tables in a database of PostgreSQL: whether they are there, whether they can be used, and making them. */
final class PostgresTables {

    private static final Schema SCHEMA = Schema.of("postgresql", "0001-tables.sql");

    /** Whoever makes tables has this lock: "pawl" and "ddl". */
    private static final long LOCK = 0x7061776c_0064646cL;

    private final PostgresConnections connections;
    private final PostgresFacts server;
    private final String place;

    /** They do not go away again. */
    private volatile OptionalInt step = OptionalInt.empty();

    PostgresTables(PostgresConnections connections, PostgresFacts server, String place) {
        this.connections = connections;
        this.server = server;
        this.place = place;
    }

    /** The statements that make them. */
    static String script() {
        return SCHEMA.script();
    }

    /**
     * The last step they have, or empty when they are not there. Looks until they are.
     *
     * @throws UnsupportedException when only a newer program understands them
     */
    OptionalInt step() throws SQLException {
        if (step.isEmpty()) {
            step = connections.use(connection ->
                    connection.text("SELECT to_regclass('pawl_schema')").isPresent()
                            ? OptionalInt.of(SCHEMA.require(connection, place))
                            : OptionalInt.empty());
        }
        return step;
    }

    /**
     * Makes them, or what they lack.
     *
     * @throws StoreException when this role may not
     */
    void make() throws SQLException {
        if (step().isPresent() && step.getAsInt() >= SCHEMA.last()) {
            return;
        }
        if (server.schema().isEmpty()) {
            throw UnavailableException.connectionFailed(place + " has no schema in which new tables could be made:"
                    + " CREATE SCHEMA the one that currentSchema or search_path names");
        }
        try {
            connections.use(connection -> {
                connection.runOnce(
                        CommitStatement.begin(Math.max(1, connections.patience().toMillis())));
                connection.runOnce("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                SCHEMA.bring(connection, place);
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
        step = OptionalInt.of(SCHEMA.last());
    }

    private UnavailableException notAllowed(SQLException e) {
        String schema = server.schema().orElse("");
        return UnavailableException.connectionFailed(
                place + " has no tables of Pawl's, or old ones, and the role " + server.role()
                        + " may not make any in schema " + schema + ": have its owner say GRANT CREATE ON SCHEMA "
                        + schema
                        + " TO " + server.role() + ", or run what PostgresBackend.script() returns, which is also in"
                        + " docs/format/postgresql.md",
                e);
    }
}
