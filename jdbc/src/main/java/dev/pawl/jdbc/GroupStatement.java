package dev.pawl.jdbc;

import dev.pawl.backend.Facets;
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
 *      stored  AS (INSERT … WHERE applied)    messages, of which none is there yet
 *      active  AS (INSERT … WHERE applied)    their chats
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
    private final Rows keys = new Rows("int4 batch", "text session", "text type", "text id", "bytea value");
    private final Rows credentials = new Rows("int4 batch", "text session", "text id", "bytea value");
    private final Rows deleted = new Rows("int4 batch", "text session", "text type", "text id");

    /** Messages that are not put, and not there either. */
    private final Rows absent = new Rows("int4 batch", "text session", "text chat", "text id");

    private final Rows messages;
    private final Rows chats = new Rows(
            "int4 batch",
            "text session",
            "text jid",
            "int8 second",
            "bool archived",
            "bool unread",
            "bool pinned",
            "bytea value");

    /** Rows of one family, with the number of the commit to which each belongs. */
    private static final class Rows {

        /** The type and the name of each. */
        final List<String> columns;

        private final List<Object[]> rows = new ArrayList<>();

        Rows(String... columns) {
            this.columns = List.of(columns);
        }

        void add(Object... row) {
            rows.add(row);
        }

        int size() {
            return rows.size();
        }

        /** What a column holds, with the type that the driver wants it to have. */
        Object[] column(int column, String type) {
            Object[] elements = switch (type) {
                case "int4" -> new Integer[rows.size()];
                case "int8" -> new Long[rows.size()];
                case "bool" -> new Boolean[rows.size()];
                case "bytea" -> new byte[rows.size()][];
                default -> new String[rows.size()];
            };
            for (int i = 0; i < elements.length; i++) {
                elements[i] = rows.get(i)[column];
            }
            return elements;
        }
    }

    /**
     * Commits of sessions of which no two are the same.
     *
     * @param search whether messages are left for an index of words
     */
    GroupStatement(List<SharedCommit> commits, UUID writer, boolean search) {
        this.commits = commits;
        this.writer = writer;
        this.messages = search
                ? new Rows(
                        "int4 batch",
                        "text session",
                        "text chat",
                        "text id",
                        "int8 second",
                        "bytea value",
                        "text words")
                : new Rows("int4 batch", "text session", "text chat", "text id", "int8 second", "bytea value");
        for (int i = 0; i < commits.size(); i++) {
            SharedCommit commit = commits.get(i);
            String session = commit.session().name();
            for (Row row : commit.batch().puts()) {
                put(i, session, row, search);
            }
            for (Key key : commit.absent()) {
                absent.add(i, session, column(key.partition()), column(key.id()));
            }
            for (Key key : commit.batch().deletes()) {
                deleted.add(i, session, column(key.partition()), column(key.id()));
            }
        }
    }

    private void put(int batch, String session, Row row, boolean search) {
        Key key = row.key();
        String id = column(key.id());
        byte[] value = row.value().toArray();
        switch (key.family()) {
            case KEY -> keys.add(batch, session, column(key.partition()), id, value);
            case CREDENTIALS -> credentials.add(batch, session, id, value);
            case MESSAGE -> {
                String chat = column(key.partition());
                if (search) {
                    messages.add(batch, session, chat, id, row.order(), value, PostgresIndex.text(row));
                } else {
                    messages.add(batch, session, chat, id, row.order(), value);
                }
            }
            case CHAT -> {
                Facets facets = row.facets();
                chats.add(batch, session, id, row.order(), facets.archived(), facets.unread(), facets.pinned(), value);
            }
            default -> throw new IllegalArgumentException(key.family() + " is in no shared commit");
        }
    }

    /**
     * What its text depends on.
     *
     * @param begins whether it begins and ends the transaction itself
     * @param single whether it changes one row of each kind at most: then they are bound as values, not as arrays, which
     *     take longer on both sides
     * @param keys the columns of the keys that it puts, or none when there are no keys; likewise the others
     */
    private record Shape(
            boolean begins,
            boolean single,
            List<String> keys,
            List<String> credentials,
            List<String> deleted,
            List<String> absent,
            List<String> messages,
            List<String> chats) {

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
                    + "); WITH "
                    + (absent.isEmpty() ? "" : findThere())
                    + "verdict AS (UPDATE pawl_leases AS k SET writer = ?, commits = w.number FROM "
                    + given("int4 batch", "text session", "text name", "bytea expected", "int8 number")
                    + " WHERE k.session = w.session AND k.name = w.name"
                    + " AND coalesce(k.raw, convert_to(k.value::text, 'UTF8')) = w.expected"
                    + " AND (k.writer = ? AND k.commits >= w.number) IS NOT TRUE AND " + TOGETHER
                    + (absent.isEmpty() ? "" : " AND w.batch <> ALL (ARRAY(SELECT batch FROM there))")
                    + " RETURNING w.batch)"
                    + (keys.isEmpty()
                            ? ""
                            : ", put AS (INSERT INTO pawl_keys (session, type, id, value)"
                                    + " SELECT w.session, w.type, w.id, w.value FROM " + given(keys) + APPLIED
                                    + " ON CONFLICT (session, type, id) DO UPDATE SET value = excluded.value)")
                    + (credentials.isEmpty()
                            ? ""
                            : ", saved AS (INSERT INTO pawl_credentials (session, id, value) SELECT w.session, w.id,"
                                    + " convert_from(w.value, 'UTF8')::json FROM " + given(credentials) + APPLIED
                                    + " ON CONFLICT (session, id) DO UPDATE SET value = excluded.value, raw = NULL)")
                    + (deleted.isEmpty()
                            ? ""
                            : ", gone AS (DELETE FROM pawl_keys AS k USING " + given(deleted) + APPLIED
                                    + " AND k.session = w.session AND k.type = w.type AND k.id = w.id)")
                    + (messages.isEmpty() ? "" : putMessages())
                    + (chats.isEmpty() ? "" : putChats())
                    + " SELECT batch FROM verdict UNION ALL SELECT -1 WHERE (" + TOGETHER + ") IS NOT TRUE"
                    + (begins ? "; COMMIT" : "");
        }

        private String findThere() {
            return "there AS (SELECT w.batch FROM " + given(absent)
                    + " CROSS JOIN LATERAL (SELECT FROM pawl_messages AS k"
                    + " WHERE k.session = w.session AND k.chat = w.chat AND k.row_id = w.id) AS t), ";
        }

        /** One of them that is there already is an error, and so the end of the transaction. */
        private String putMessages() {
            return ", arrived AS MATERIALIZED (SELECT w.* FROM " + given(messages) + APPLIED
                    + "), stored AS (INSERT INTO pawl_messages (session, chat, row_id, timestamp, value)"
                    + " SELECT session, chat, id, second, convert_from(value, 'UTF8')::json FROM arrived)"
                    + (messages.contains("text words")
                            ? ", noted AS (INSERT INTO pawl_search_changes (session, chat, row_id, timestamp, text)"
                                    + " SELECT session, chat, id, second, words FROM arrived)"
                            : "");
        }

        private String putChats() {
            return ", active AS (INSERT INTO pawl_chats"
                    + " (session, jid, last_activity, archived, unread, pinned, value)"
                    + " SELECT w.session, w.jid, w.second, w.archived, w.unread, w.pinned,"
                    + " convert_from(w.value, 'UTF8')::json FROM " + given(chats) + APPLIED
                    + " ON CONFLICT (session, jid) DO UPDATE SET last_activity = excluded.last_activity,"
                    + " archived = excluded.archived, unread = excluded.unread, pinned = excluded.pinned,"
                    + " value = excluded.value, raw = NULL)";
        }

        private String given(String... columns) {
            return given(List.of(columns));
        }

        /** The rows {@code w} that are bound, each column as an array, or as a value when there is one row. */
        private String given(List<String> columns) {
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
     * @return whether it was one transaction, as it always is when it begins; else nothing was applied. Nothing was
     *     either when a message is there already.
     */
    boolean run(SqlConnection connection, boolean begins) throws SQLException {
        boolean single = commits.size() == 1;
        for (Rows rows : List.of(absent, keys, credentials, deleted, messages, chats)) {
            single &= rows.size() <= 1;
        }
        Shape shape = new Shape(
                begins,
                single,
                columns(keys),
                columns(credentials),
                columns(deleted),
                columns(absent),
                columns(messages),
                columns(chats));
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
        } catch (SQLException e) {
            if (!PostgresFailures.isOfRowThere(e)) {
                throw e;
            }
            // Nothing was applied, and the connection is as good as before.
            if (begins) {
                connection.runOnce("ROLLBACK");
            }
            return true;
        }
        // Only now the transaction has come to its end.
        held.forEach(SharedCommit::apply);
        return together;
    }

    private static List<String> columns(Rows rows) {
        return rows.size() == 0 ? List.of() : rows.columns;
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
            rows(absent);
            statement.setObject(++parameter, writer);
            array("int4", batches);
            array("text", sessions);
            array("text", names);
            array("bytea", expected);
            array("int8", numbers);
            statement.setObject(++parameter, writer);
            for (Rows rows : List.of(keys, credentials, deleted, messages, chats)) {
                rows(rows);
            }
        }

        private void rows(Rows rows) throws SQLException {
            if (rows.size() == 0) {
                return;
            }
            for (int i = 0; i < rows.columns.size(); i++) {
                String column = rows.columns.get(i);
                String type = column.substring(0, column.indexOf(' '));
                array(type, rows.column(i, type));
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
