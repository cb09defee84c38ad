package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is written into the index of words in a database of PostgreSQL, inside a transaction that somebody else ends. */
final class PostgresIndex {

    /** Whoever writes the index has this lock, "pawl" and "src": of two changes of a message the later one counts. */
    static final String LOCK = "SELECT pg_advisory_xact_lock(" + 0x7061776c_00737263L + ")";

    /** What a commit leaves; rows come from arrays, and only when something holds that it says itself. */
    private static final String NOTE = "INSERT INTO pawl_search_changes (session, chat, row_id, timestamp, text)"
            + " SELECT ?, w.chat, w.row_id, w.timestamp, w.text FROM ";

    private static final String TAKE = "DELETE FROM pawl_search_changes WHERE change IN"
            + " (SELECT change FROM pawl_search_changes WHERE timestamp >= 0 ORDER BY change LIMIT ?)"
            + " RETURNING change, session, chat, row_id, timestamp, text";

    /** What is there already stays as it is: writing it again costs as much as writing it. */
    private static final String PUT_BEHIND = " ON CONFLICT (session, chat, row_id) DO UPDATE SET"
            + " timestamp = excluded.timestamp, words = excluded.words"
            + " WHERE pawl_search.timestamp <> excluded.timestamp OR pawl_search.words <> excluded.words";

    private static final String WITHOUT_MESSAGE = " AS s WHERE session = ? AND NOT EXISTS (SELECT 1 FROM pawl_messages"
            + " AS t WHERE t.session = s.session AND t.chat = s.chat AND t.row_id = s.row_id) LIMIT ?";

    private PostgresIndex() {}

    /** A message, its names as columns hold them. */
    private record Message(String session, String chat, String id) {}

    private record Change(
            Message message, long second, @Nullable String text) {}

    /** The part of a statement that leaves the messages of a batch for the index, with what is bound there. */
    record Note(String sql, List<Object> values) {}

    /** What a commit leaves of a batch that has messages. */
    static Note note(SessionName session, Batch batch) {
        List<Row> puts = batch.puts().stream()
                .filter(row -> row.key().family() == Family.MESSAGE)
                .toList();
        List<Key> deletes = batch.deletes().stream()
                .filter(key -> key.family() == Family.MESSAGE)
                .toList();
        return note(session, puts, deletes);
    }

    private static Note note(SessionName session, List<Row> puts, List<Key> deletes) {
        int size = puts.size() + deletes.size();
        String[] chats = new String[size];
        String[] ids = new String[size];
        Long[] seconds = new Long[size];
        String[] texts = new String[size];
        for (int i = 0; i < size; i++) {
            boolean put = i < puts.size();
            Key key = put ? puts.get(i).key() : deletes.get(i - puts.size());
            chats[i] = PostgresDialect.INSTANCE.toColumn(key.partition());
            ids[i] = PostgresDialect.INSTANCE.toColumn(key.id());
            seconds[i] = put ? puts.get(i).order() : 0;
            texts[i] = put ? text(puts.get(i)) : "";
        }
        RowArrays rows = new RowArrays()
                .with("text", "chat", chats)
                .with("text", "row_id", ids)
                .with("int8", "timestamp", seconds)
                .with("text", "text", texts);
        List<Object> values = new ArrayList<>();
        values.add(session.name());
        values.addAll(rows.values());
        return new Note(NOTE + rows.from(), values);
    }

    /** What is found of a message. Between words U+0000 is as good as a space, and no text here can hold it. */
    static String text(Row message) {
        return message.facets().searchText().replace('\0', ' ');
    }

    /**
     * Brings the oldest changes into the index.
     *
     * @return how many
     */
    static int take(SqlConnection connection, int most) throws SQLException {
        TreeMap<Long, Change> taken = new TreeMap<>();
        PreparedStatement take = connection.prepare(TAKE);
        take.setInt(1, most);
        try (ResultSet rows = take.executeQuery()) {
            while (rows.next()) {
                Message message = new Message(rows.getString(2), rows.getString(3), rows.getString(4));
                taken.put(rows.getLong(1), new Change(message, rows.getLong(5), rows.getString(6)));
            }
        }
        // Of several changes of one message, what the last one says counts.
        Map<Message, Change> last = new LinkedHashMap<>();
        taken.values().forEach(change -> last.put(change.message(), change));
        List<Change> puts = new ArrayList<>();
        List<String> words = new ArrayList<>();
        List<Change> cuts = new ArrayList<>();
        for (Change change : last.values()) {
            String all = words(change);
            if (all.isEmpty()) {
                cuts.add(change);
            } else {
                puts.add(change);
                words.add(all);
            }
        }
        put(connection, puts, words);
        cut(connection, cuts);
        return taken.size();
    }

    private static String words(Change change) {
        String text = change.text();
        Message message = change.message();
        return text == null
                ? ""
                : String.join(
                        " ",
                        SearchScope.words(
                                message.session(), PostgresDialect.INSTANCE.fromColumn(message.chat()), text));
    }

    private static RowArrays keys(List<Change> changes) {
        return new RowArrays()
                .with("text", "session", texts(changes, 0))
                .with("text", "chat", texts(changes, 1))
                .with("text", "row_id", texts(changes, 2));
    }

    private static String[] texts(List<Change> changes, int column) {
        return changes.stream()
                .map(Change::message)
                .map(message -> column == 0 ? message.session() : column == 1 ? message.chat() : message.id())
                .toArray(String[]::new);
    }

    private static void put(SqlConnection connection, List<Change> changes, List<String> words) throws SQLException {
        if (!changes.isEmpty()) {
            RowArrays rows = keys(changes)
                    .with(
                            "int8",
                            "timestamp",
                            changes.stream().map(Change::second).toArray(Long[]::new))
                    .with("text", "words", words.toArray(String[]::new));
            run(
                    connection,
                    "INSERT INTO pawl_search (session, chat, row_id, timestamp, words) SELECT w.session, w.chat,"
                            + " w.row_id, w.timestamp, array_to_tsvector(string_to_array(w.words, ' ')) FROM "
                            + rows.from() + PUT_BEHIND,
                    rows);
        }
    }

    private static void cut(SqlConnection connection, List<Change> changes) throws SQLException {
        if (!changes.isEmpty()) {
            RowArrays rows = keys(changes);
            run(
                    connection,
                    "DELETE FROM pawl_search AS s USING " + rows.from()
                            + " WHERE s.session = w.session AND s.chat = w.chat AND s.row_id = w.row_id",
                    rows);
        }
    }

    private static void run(SqlConnection connection, String sql, RowArrays rows) throws SQLException {
        PreparedStatement statement = connection.prepare(sql);
        for (int i = 0; i < rows.values().size(); i++) {
            RowArrays.bind(statement, i + 1, rows.values().get(i));
        }
        statement.executeUpdate();
    }

    /**
     * Takes some of a session out that have no message any more: a message that somebody put meanwhile stays. What waits
     * goes first, so that it does not come in behind.
     *
     * @return how many; 0 when there are none
     */
    static int eraseSome(SqlConnection connection, SessionName session, int most) throws SQLException {
        int removed = eraseSome(connection, "pawl_search_changes", session, most);
        return removed > 0 ? removed : eraseSome(connection, "pawl_search", session, most);
    }

    private static int eraseSome(SqlConnection connection, String table, SessionName session, int most)
            throws SQLException {
        PreparedStatement delete = connection.prepare("DELETE FROM " + table
                + " WHERE ctid = ANY (ARRAY(SELECT s.ctid FROM " + table + WITHOUT_MESSAGE + "))");
        delete.setString(1, session.name());
        delete.setInt(2, most);
        return delete.executeUpdate();
    }
}
