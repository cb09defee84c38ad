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
import java.util.UUID;

/**
 * One transaction of PostgreSQL for the commits of several sessions, sent in one go: they share its round trip, its locks
 * and its force to the medium, and each is applied whole or not at all, whatever becomes of the others.
 *
 * <pre>
 * BEGIN
 * SELECT pg_advisory_xact_lock(session) …   of all sessions, always in the same order
 * WITH verdict AS (UPDATE pawl_leases …)    leaves the number of each commit whose lease is as it expects
 *      put     AS (INSERT … WHERE applied)
 *      saved   AS (INSERT … WHERE applied)
 *      gone    AS (DELETE … WHERE applied)
 * SELECT batch FROM verdict
 * COMMIT
 * </pre>
 */
final class GroupStatement {

    /** How long all wait for a session that somebody else writes, in milliseconds: after that each goes alone. */
    private static final String LOCK_MILLIS = "100";

    private static final String APPLIED = " WHERE w.batch = ANY (ARRAY(SELECT batch FROM verdict))";

    /** The texts, by what is changed besides keys that are put: nothing, credentials, deleted keys, both. */
    private static final List<String> TEXTS =
            List.of(text(false, false), text(true, false), text(false, true), text(true, true));

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
     * The settings end with the transaction. The last ones have every row found by the index of its key, whatever the
     * server thinks of the size of a table, by a plan that is made once: making it anew takes longer than all it does.
     */
    private static String text(boolean withCredentials, boolean withDeletes) {
        return "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT " + SessionLock.LIMITS
                + ", set_config('plan_cache_mode', 'force_generic_plan', true) IS NULL"
                + ", set_config('enable_seqscan', 'off', true) IS NULL"
                + ", set_config('enable_hashjoin', 'off', true) IS NULL"
                + ", set_config('enable_mergejoin', 'off', true) IS NULL"
                + ", (SELECT count(pg_advisory_xact_lock(" + SessionLock.LOCKS
                + ", u.session)) FROM unnest(?::int4[]) AS u (session))"
                + "; WITH verdict AS (UPDATE pawl_leases AS k SET writer = ?, commits = w.number FROM unnest(?::int4[], ?::text[],"
                + " ?::text[], ?::bytea[], ?::int8[]) AS w (batch, session, name, expected, number)"
                + " WHERE k.session = w.session AND k.name = w.name"
                + " AND coalesce(k.raw, convert_to(k.value::text, 'UTF8')) = w.expected"
                + " AND (k.writer = ? AND k.commits >= w.number) IS NOT TRUE RETURNING w.batch)"
                + ", put AS (INSERT INTO pawl_keys (session, type, id, value) SELECT w.session, w.type, w.id, w.value"
                + " FROM unnest(?::int4[], ?::text[], ?::text[], ?::text[], ?::bytea[])"
                + " AS w (batch, session, type, id, value)" + APPLIED
                + " ON CONFLICT (session, type, id) DO UPDATE SET value = excluded.value)"
                + (withCredentials
                        ? ", saved AS (INSERT INTO pawl_credentials (session, id, value) SELECT w.session, w.id,"
                                + " convert_from(w.value, 'UTF8')::json FROM unnest(?::int4[], ?::text[], ?::text[], ?::bytea[])"
                                + " AS w (batch, session, id, value)" + APPLIED
                                + " ON CONFLICT (session, id) DO UPDATE SET value = excluded.value, raw = NULL)"
                        : "")
                + (withDeletes
                        ? ", gone AS (DELETE FROM pawl_keys AS k USING unnest(?::int4[], ?::text[], ?::text[], ?::text[])"
                                + " AS w (batch, session, type, id)" + APPLIED
                                + " AND k.session = w.session AND k.type = w.type AND k.id = w.id)"
                        : "")
                + " SELECT batch FROM verdict; COMMIT";
    }

    private static String column(String text) {
        return PostgresDialect.INSTANCE.toColumn(text);
    }

    /** Runs it, and tells those that were applied. */
    void run(SqlConnection connection) throws SQLException {
        String text = TEXTS.get((credentials.ids.isEmpty() ? 0 : 1) + (deleted.ids.isEmpty() ? 0 : 2));
        List<SharedCommit> held = new ArrayList<>();
        try (PreparedStatement statement = connection.raw().prepareStatement(text)) {
            new Binding(connection.raw(), statement).all();
            boolean hasRows = statement.execute();
            while (hasRows || statement.getUpdateCount() >= 0) {
                if (hasRows) {
                    try (ResultSet rows = statement.getResultSet()) {
                        boolean answer = rows.getMetaData().getColumnName(1).equals("batch");
                        while (answer && rows.next()) {
                            held.add(commits.get(rows.getInt(1)));
                        }
                    }
                }
                hasRows = statement.getMoreResults();
            }
        }
        // Only now the transaction has come to its end.
        held.forEach(SharedCommit::apply);
    }

    /** Binds the values in the order of their places in the text. */
    private final class Binding {

        private final Connection connection;
        private final PreparedStatement statement;
        private int parameter;

        Binding(Connection connection, PreparedStatement statement) {
            this.connection = connection;
            this.statement = statement;
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
            statement.setString(++parameter, LOCK_MILLIS);
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
            statement.setArray(++parameter, connection.createArrayOf(type, elements));
        }
    }
}
