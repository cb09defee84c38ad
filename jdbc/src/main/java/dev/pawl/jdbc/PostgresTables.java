package dev.pawl.jdbc;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a layout in a database of PostgreSQL: which are there, whether they can be used, and making them. After
 * connections were lost it may be another server that answers, a standby that took over: then all of it is looked at again.
 */
final class PostgresTables {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresBackend.class);

    private static final Schema PAWL = Schema.of("pawl_schema", "postgresql", "0001-tables.sql");
    /** The tables of an index of words, which not every database has. */
    private static final Schema SEARCH = Schema.of("pawl_search_schema", "postgresql-search", "0001-tables.sql");

    private static final Schema ZAILEYS =
            Schema.of(ZaileysTables.PREFIX + "schema", "postgresql-zaileys", "0001-tables.sql");

    /** Whoever makes tables has this lock: "pawl" and "ddl". */
    private static final long LOCK = 0x7061776c_0064646cL;

    private final PostgresConnections connections;
    private final String place;
    private final Layout layout;
    private final boolean writing;
    private final Schema schema;

    private final boolean wantsSearch;

    /** Whether there is an index of words. */
    private volatile boolean search;

    /** What was seen last. */
    private volatile Seen seen;

    /**
     * What was seen of a server.
     *
     * @param generation of the connections at that time
     * @param step the last step that the tables have; empty when there are none
     */
    private record Seen(int generation, PostgresFacts server, OptionalInt step) {}

    /**
     * Tables of a database that was opened.
     *
     * @param writing whether there will be acknowledged writes, which a server may lose that is not safe
     */
    PostgresTables(PostgresOpening.Opened opened, boolean writing) {
        this.connections = opened.connections();
        this.place = opened.place();
        this.layout = opened.layout();
        this.wantsSearch = opened.search();
        this.writing = writing;
        this.schema = schema(layout);
        this.seen = new Seen(opened.generation(), opened.server(), OptionalInt.empty());
        warn(opened.server());
    }

    private static Schema schema(Layout layout) {
        return layout == Layout.PAWL ? PAWL : ZAILEYS;
    }

    /** The statements that make them. */
    static String script(Layout layout) {
        return schema(layout).script();
    }

    /** The statements that make an index of words. */
    static String searchScript() {
        return SEARCH.script();
    }

    /** All of them, as they are once they were made. */
    Dialect all() {
        return layout == Layout.PAWL ? PostgresDialect.INSTANCE : ZaileysOnPostgres.COMPLETE;
    }

    /**
     * Those that are there, made by whomever; empty when there are none. Looks until all are.
     *
     * @throws UnsupportedException when only a newer program understands them, when there are only those of another
     *     layout, or when one has the name of a table of zaileys and is none
     */
    Optional<Dialect> find(long end) throws SQLException {
        if (step(end).isPresent()) {
            return Optional.of(all());
        }
        if (layout == Layout.PAWL) {
            requireNoneOfZaileys(end);
            return Optional.empty();
        }
        Set<Family> theirs = connections.read(this::tablesOfZaileys, end);
        return theirs.isEmpty() ? Optional.empty() : Optional.of(ZaileysOnPostgres.bare(theirs));
    }

    /** An account that is there must not look as if it were not: its owner would link the phone again. */
    private void requireNoneOfZaileys(long end) throws SQLException {
        String table = ZaileysOnPostgres.NAMES.table(Family.CREDENTIALS);
        if (connections
                .read(connection -> connection.text("SELECT to_regclass('" + table + "')"), end)
                .isPresent()) {
            throw new UnsupportedException(place + " has tables of zaileys and none of Pawl's: open it with"
                    + " layout=zaileys, or name another schema or database; nothing was changed");
        }
    }

    private Set<Family> tablesOfZaileys(SqlConnection connection) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        PreparedStatement select = connection.prepare(ZaileysOnPostgres.COLUMNS_THAT_ARE_THERE);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2));
            }
        }
        return ZaileysOnPostgres.NAMES.families(columns, place);
    }

    /** Whether there is an index of words, when the tables were last looked for. */
    boolean hasSearch() {
        return search;
    }

    /** Whether one is made where there is none. */
    boolean wantsSearch() {
        return wantsSearch;
    }

    /** What the server said last of itself. */
    PostgresFacts server() {
        return seen.server();
    }

    /** Has all of it looked at again, since something was not as it was known. */
    void doubt() {
        connections.renew();
    }

    /** Asks the server about itself and looks for the tables. */
    private OptionalInt look(long end) throws SQLException {
        Seen before = seen;
        Seen now = ask(end);
        if (before.step().isPresent() && now.step().isEmpty()) {
            // Were they taken for empty, somebody would begin anew.
            throw new CorruptDataException(
                    place,
                    "its tables were there and are gone: it is another server, or somebody removed them; open it again"
                            + " if that is meant");
        }
        if (before.server().forces()) {
            warn(now.server());
        }
        seen = now;
        return now.step();
    }

    /** Nothing is changed by that, so a connection that turns out to be lost is no reason to give up. */
    private Seen ask(long end) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            int generation = connections.generation();
            try {
                return connections.read(
                        connection -> {
                            PostgresFacts server = PostgresFacts.of(connection);
                            server.requireFit(place);
                            return new Seen(generation, server, step(connection));
                        },
                        end);
            } catch (SQLException e) {
                if (attempt > 2
                        || e instanceof PostgresConnections.NoConnection
                        || !PostgresFailures.isOfConnection(e)) {
                    throw e;
                }
                connections.renew();
            }
        }
    }

    /** Warns a writer of what is not safe in the server; who reads finds it in the inspection. */
    private void warn(PostgresFacts server) {
        if (writing) {
            server.remarks(place).forEach(remark -> LOG.warn("{}: {}", remark.place(), remark.text()));
        }
    }

    private OptionalInt step(SqlConnection connection) throws SQLException {
        search = layout == Layout.PAWL && isThere(connection, SEARCH);
        if (search) {
            SEARCH.require(connection, place);
        }
        return isThere(connection, schema) ? OptionalInt.of(schema.require(connection, place)) : OptionalInt.empty();
    }

    private static boolean isThere(SqlConnection connection, Schema schema) throws SQLException {
        return connection.text("SELECT to_regclass('" + schema.table() + "')").isPresent();
    }

    /**
     * The last step they have, or empty when they are not there. Looks until they are.
     *
     * @param end when to stop waiting
     * @throws UnsupportedException when only a newer program understands them
     * @throws CorruptDataException when they were there, and are no more
     */
    OptionalInt step(long end) throws SQLException {
        Seen last = seen;
        if (last.generation() != connections.generation()) {
            return look(end);
        }
        if (last.step().isEmpty()) {
            OptionalInt step = connections.read(this::step, end);
            if (step.isPresent()) {
                seen = new Seen(last.generation(), last.server(), step);
            }
            return step;
        }
        return last.step();
    }

    /** What there is, for people, asked anew. */
    String describe(long end) throws SQLException {
        int last = look(end).orElse(0);
        if (layout == Layout.ZAILEYS && find(end).isPresent()) {
            return "tables of zaileys, " + SqliteTables.describe(last);
        }
        return last == 0 ? "no tables yet" : "tables at step " + last;
    }

    /**
     * Makes them, or what they lack.
     *
     * @param end when to stop waiting
     * @throws StoreException when this role may not
     */
    void make(long end) throws SQLException {
        OptionalInt step = step(end);
        if (step.isPresent() && step.getAsInt() >= schema.last() && (search || !wantsSearch)) {
            return;
        }
        // Meanwhile somebody may have made what was missing, or have given rights.
        look(end);
        // Also says when there is something in the way.
        find(end);
        PostgresFacts server = server();
        if (server.schema().isEmpty()) {
            throw UnavailableException.connectionFailed(place + " has no schema in which new tables could be made:"
                    + " CREATE SCHEMA the one that currentSchema or search_path names");
        }
        try {
            connections.write(
                    connection -> {
                        connection.runOnce(SessionLock.begin(PostgresConnections.millisUntil(end)));
                        connection.runOnce("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                        if (layout == Layout.ZAILEYS) {
                            requireNoneElsewhere(connection);
                        }
                        schema.bring(connection, place);
                        if (wantsSearch) {
                            SEARCH.bring(connection, place);
                        }
                        connection.runOnce("COMMIT");
                        return step;
                    },
                    end);
        } catch (SQLException e) {
            if (PostgresFailures.isOfRights(e)) {
                throw notAllowed(server, e);
            }
            if (PostgresFailures.isOfLocks(e)) {
                throw UnavailableException.writeFailed(
                        place + ": another process makes the tables, or has locked them, and does not come to an end;"
                                + " try again",
                        PostgresFailures.clean(e));
            }
            throw e;
        }
        seen = new Seen(seen.generation(), server, OptionalInt.of(schema.last()));
        search |= wantsSearch;
    }

    /** New tables would hide those that stand in a schema further down the path, as if there was nothing in them. */
    private void requireNoneElsewhere(SqlConnection connection) throws SQLException {
        Optional<String> table = connection.text(ZaileysOnPostgres.TABLES_ELSEWHERE);
        if (table.isPresent()) {
            throw new UnsupportedException(
                    place + " has " + table.get() + " in another schema than the one in which new"
                            + " tables are made: name that schema alone with currentSchema; nothing was changed");
        }
    }

    private UnavailableException notAllowed(PostgresFacts server, SQLException e) {
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
