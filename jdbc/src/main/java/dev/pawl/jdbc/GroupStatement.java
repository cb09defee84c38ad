package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One transaction of PostgreSQL for the commits of several sessions, sent in one go: they share its round trip, its locks
 * and its force to the medium, and each is applied whole or not at all, whatever becomes of the others.
 *
 * <pre>
 * SELECT pg_advisory_xact_lock(session) …   of all sessions, always in the same order
 * WITH verdict AS (UPDATE pawl_leases …)    leaves the number of each commit whose lease is as it expects
 *      put     AS (INSERT … WHERE applied)
 *      saved   AS (INSERT … WHERE applied)
 *      gone    AS (DELETE … WHERE applied)
 * SELECT batch FROM verdict
 * </pre>
 *
 * What is sent in one go is one transaction to the server, also without {@code BEGIN} and {@code COMMIT}, which it has
 * to read and answer too. That hangs on the driver, on pools in between, and on how transactions are when nobody says it;
 * so the second statement looks whether the first one was in the same transaction, of the usual kind, and changes
 * nothing if not.
 */
final class GroupStatement {

    /** How long all wait for a session that somebody else writes, in milliseconds: after that each goes alone. */
    private static final String LOCK_MILLIS = "100";

    /**
     * Whether a statement is in one transaction with that which has the locks, and sees what was committed before it got
     * them.
     */
    private static final String TOGETHER = "current_setting('pawl.together', true) = 'read committed'";

    private static final String APPLIED = " WHERE w.batch = ANY (ARRAY(SELECT batch FROM verdict))";

    private final List<SharedCommit> commits;
    private final UUID writer;
    private final Rows keys = new Rows();
    private final Rows credentials = new Rows();
    private final Rows deleted = new Rows();

    /** Rows of one family as columns, with the number of the commit to which each belongs. */
    private static final class Rows {

        final List<Integer> batches = new ArrayList<>();
        final List<String> sessions = new ArrayList<>();
        final List<String> types = new ArrayList<>();
        final List<String> ids = new ArrayList<>();
        final List<byte[]> values = new ArrayList<>();

        void add(int batch, SharedCommit commit, Key key) {
            batches.add(batch);
            sessions.add(commit.session().name());
            types.add(column(key.partition()));
            ids.add(column(key.id()));
        }
    }

    /** Commits of sessions of which no two are the same. */
    GroupStatement(List<SharedCommit> commits, UUID writer) {
        this.commits = commits;
        this.writer = writer;
        for (int i = 0; i < commits.size(); i++) {
            SharedCommit commit = commits.get(i);
            for (Row row : commit.batch().puts()) {
                Rows rows = row.key().family() == Family.CREDENTIALS ? credentials : keys;
                rows.add(i, commit, row.key());
                rows.values.add(row.value().toArray());
            }
            for (Key key : commit.batch().deletes()) {
                deleted.add(i, commit, key);
            }
        }
    }

    /**
     * What its text depends on.
     *
     * @param begins whether it begins and ends the transaction itself
     * @param single whether it changes one row of each kind at most: then they are bound as values, not as arrays, which
     *     take longer on both sides
     */
    private record Shape(boolean begins, boolean single, boolean withCredentials, boolean withDeletes) {

        private static final Map<Shape, String> TEXTS = new ConcurrentHashMap<>();

        String text() {
            return TEXTS.computeIfAbsent(this, Shape::write);
        }

        /** The settings end with the transaction. */
        private String write() {
            return (begins ? "BEGIN ISOLATION LEVEL READ COMMITTED; " : "")
                    + "SELECT set_config('lock_timeout', '" + LOCK_MILLIS + "', true) IS NULL, "
                    + SessionLock.FORCED
                    + (begins ? ", " + SessionLock.IDLE : "")
                    + ", set_config('pawl.together', current_setting('transaction_isolation'), true) IS NULL"
                    + ", "
                    + SessionLock.PLANS
                    + ", (SELECT count(pg_advisory_xact_lock(" + SessionLock.LOCKS + ", w.lock)) FROM "
                    + given("int4 lock")
                    + "); WITH verdict AS (UPDATE pawl_leases AS k SET writer = ?, commits = w.number FROM "
                    + given("int4 batch", "text session", "text name", "bytea expected", "int8 number")
                    + " WHERE k.session = w.session AND k.name = w.name"
                    + " AND coalesce(k.raw, convert_to(k.value::text, 'UTF8')) = w.expected"
                    + " AND (k.writer = ? AND k.commits >= w.number) IS NOT TRUE AND " + TOGETHER
                    + " RETURNING w.batch), put AS (INSERT INTO pawl_keys (session, type, id, value)"
                    + " SELECT w.session, w.type, w.id, w.value FROM "
                    + given("int4 batch", "text session", "text type", "text id", "bytea value") + APPLIED
                    + " ON CONFLICT (session, type, id) DO UPDATE SET value = excluded.value)"
                    + (withCredentials
                            ? ", saved AS (INSERT INTO pawl_credentials (session, id, value) SELECT w.session, w.id,"
                                    + " convert_from(w.value, 'UTF8')::json FROM "
                                    + given("int4 batch", "text session", "text id", "bytea value") + APPLIED
                                    + " ON CONFLICT (session, id) DO UPDATE SET value = excluded.value, raw = NULL)"
                            : "")
                    + (withDeletes
                            ? ", gone AS (DELETE FROM pawl_keys AS k USING "
                                    + given("int4 batch", "text session", "text type", "text id") + APPLIED
                                    + " AND k.session = w.session AND k.type = w.type AND k.id = w.id)"
                            : "")
                    + " SELECT batch FROM verdict UNION ALL SELECT -1 WHERE (" + TOGETHER + ") IS NOT TRUE"
                    + (begins ? "; COMMIT" : "");
        }

        /** The rows {@code w} that are bound, each column as an array, or as a value when there is one row. */
        private String given(String... columns) {
            List<String> places = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (String column : columns) {
                int end = column.indexOf(' ');
                places.add("?::" + column.substring(0, end) + (single ? "" : "[]"));
                names.add(column.substring(end + 1));
            }
            String all = String.join(", ", places);
            return (single ? "(VALUES (" + all + "))" : "unnest(" + all + ")") + " AS w (" + String.join(", ", names)
                    + ")";
        }
    }

    private static String column(String text) {
        return PostgresDialect.INSTANCE.toColumn(text);
    }

    /**
     * Runs it, and tells those that were applied.
     *
     * @param begins whether it is a transaction by itself, else by being sent in one go
     * @return whether it was one transaction, as it always is when it begins; else nothing was applied
     */
    boolean run(SqlConnection connection, boolean begins) throws SQLException {
        boolean single =
                commits.size() == 1 && keys.ids.size() == 1 && credentials.ids.size() <= 1 && deleted.ids.size() <= 1;
        Shape shape = new Shape(begins, single, !credentials.ids.isEmpty(), !deleted.ids.isEmpty());
        List<SharedCommit> held = new ArrayList<>();
        boolean together = true;
        try (PreparedStatement statement = connection.raw().prepareStatement(shape.text())) {
            new Binding(connection.raw(), statement, single).all();
            boolean hasRows = statement.execute();
            for (int answers = 0; hasRows || statement.getUpdateCount() >= 0; hasRows = statement.getMoreResults()) {
                // The first is that of the locks.
                if (hasRows && ++answers == 2) {
                    try (ResultSet rows = statement.getResultSet()) {
                        while (rows.next()) {
                            int batch = rows.getInt(1);
                            if (batch < 0) {
                                together = false;
                            } else {
                                held.add(commits.get(batch));
                            }
                        }
                    }
                }
            }
        }
        // Only now the transaction has come to its end.
        held.forEach(SharedCommit::apply);
        return together;
    }

    /** Binds the values in the order of their places in the text. */
    private final class Binding {

        private final Connection connection;
        private final PreparedStatement statement;
        private final boolean single;
        private int parameter;

        Binding(Connection connection, PreparedStatement statement, boolean single) {
            this.connection = connection;
            this.statement = statement;
            this.single = single;
        }

        void all() throws SQLException {
            int size = commits.size();
            Integer[] locks = new Integer[size];
            Integer[] batches = new Integer[size];
            String[] sessions = new String[size];
            String[] names = new String[size];
            byte[][] expected = new byte[size][];
            Long[] numbers = new Long[size];
            for (int i = 0; i < size; i++) {
                SharedCommit commit = commits.get(i);
                locks[i] = SessionLock.number(commit.session());
                batches[i] = i;
                sessions[i] = commit.session().name();
                names[i] = column(commit.lease().key().id());
                expected[i] = commit.lease().expected().map(Bytes::toArray).orElseThrow();
                numbers[i] = commit.number();
            }
            Arrays.sort(locks);
            array("int4", locks);
            statement.setObject(++parameter, writer);
            array("int4", batches);
            array("text", sessions);
            array("text", names);
            array("bytea", expected);
            array("int8", numbers);
            statement.setObject(++parameter, writer);
            rows(keys, true, true);
            if (!credentials.ids.isEmpty()) {
                rows(credentials, false, true);
            }
            if (!deleted.ids.isEmpty()) {
                rows(deleted, true, false);
            }
        }

        private void rows(Rows rows, boolean withTypes, boolean withValues) throws SQLException {
            array("int4", rows.batches.toArray(Integer[]::new));
            array("text", rows.sessions.toArray(String[]::new));
            if (withTypes) {
                array("text", rows.types.toArray(String[]::new));
            }
            array("text", rows.ids.toArray(String[]::new));
            if (withValues) {
                array("bytea", rows.values.toArray(byte[][]::new));
            }
        }

        private void array(String type, Object[] elements) throws SQLException {
            parameter++;
            if (single) {
                statement.setObject(parameter, elements[0]);
            } else {
                statement.setArray(parameter, connection.createArrayOf(type, elements));
            }
        }
    }
}
