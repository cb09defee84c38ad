package dev.pawl.jdbc;

import dev.pawl.backend.SessionName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is written into the index of words in a SQLite database, inside a transaction that somebody else ends. */
final class SqliteIndex {

    private static final String CHANGES = "SELECT change, session, chat, row_id, timestamp, text"
            + " FROM pawl_search_changes WHERE timestamp >= 0 ORDER BY change LIMIT ?";
    private static final String FIND =
            "SELECT place, words FROM pawl_search WHERE session = ? AND chat = ? AND row_id = ?";
    private static final String PUT =
            "INSERT INTO pawl_search (place, session, chat, row_id, words) VALUES (?, ?, ?, ?, ?)";
    private static final String PUT_WORDS = "INSERT INTO pawl_search_words (rowid, words) VALUES (?, ?)";

    /** FTS5 has to be told what stands there. */
    private static final String CUT_WORDS =
            "INSERT INTO pawl_search_words (pawl_search_words, rowid, words) VALUES ('delete', ?, ?)";

    /** Places of one second. */
    private static final int BITS = 24;

    private static final long LATEST = (1L << (62 - BITS)) - 1;

    private SqliteIndex() {}

    private record Message(String session, String chat, String id) {}

    private record State(long order, @Nullable String text) {}

    private record Entry(long place, String words) {}

    /**
     * Brings the oldest changes into the index.
     *
     * @return how many
     */
    static int take(SqlConnection connection, int most) throws SQLException {
        Map<Message, State> changes = new LinkedHashMap<>();
        long last = 0;
        int taken = 0;
        PreparedStatement select = connection.prepare(CHANGES);
        select.setInt(1, most);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                last = rows.getLong(1);
                taken++;
                // Of several changes of one message, what the last one says counts.
                changes.put(
                        new Message(rows.getString(2), rows.getString(3), rows.getString(4)),
                        new State(rows.getLong(5), rows.getString(6)));
            }
        }
        for (Map.Entry<Message, State> change : changes.entrySet()) {
            update(connection, change.getKey(), change.getValue());
        }
        PreparedStatement delete =
                connection.prepare("DELETE FROM pawl_search_changes WHERE change <= ? AND timestamp >= 0");
        delete.setLong(1, last);
        delete.executeUpdate();
        return taken;
    }

    private static void update(SqlConnection connection, Message message, State now) throws SQLException {
        String words = now.text() == null
                ? ""
                : String.join(" ", SearchScope.words(message.session(), message.chat(), now.text()));
        long second = Math.min(now.order(), LATEST);
        Optional<Entry> before = find(connection, message);
        if (before.isPresent()) {
            if (before.get().words().equals(words) && before.get().place() >> BITS == second) {
                return;
            }
            cut(connection, before.get());
        }
        if (!words.isEmpty()) {
            long place = free(connection, second);
            PreparedStatement put = connection.prepare(PUT);
            put.setLong(1, place);
            bind(put, 2, message);
            put.setString(5, words);
            put.executeUpdate();
            PreparedStatement putWords = connection.prepare(PUT_WORDS);
            putWords.setLong(1, place);
            putWords.setString(2, words);
            putWords.executeUpdate();
        }
    }

    private static Optional<Entry> find(SqlConnection connection, Message message) throws SQLException {
        PreparedStatement select = connection.prepare(FIND);
        bind(select, 1, message);
        try (ResultSet rows = select.executeQuery()) {
            return rows.next() ? Optional.of(new Entry(rows.getLong(1), rows.getString(2))) : Optional.empty();
        }
    }

    private static void bind(PreparedStatement statement, int first, Message message) throws SQLException {
        statement.setString(first, message.session());
        statement.setString(first + 1, message.chat());
        statement.setString(first + 2, message.id());
    }

    /** The next place within a second. */
    private static long free(SqlConnection connection, long second) throws SQLException {
        PreparedStatement select = connection.prepare("SELECT max(place) FROM pawl_search WHERE place BETWEEN ? AND ?");
        long first = second << BITS;
        select.setLong(1, first);
        select.setLong(2, first + (1L << BITS) - 1);
        try (ResultSet rows = select.executeQuery()) {
            long last = rows.next() ? rows.getLong(1) : 0;
            return rows.wasNull() ? first : last + 1;
        }
    }

    private static void cut(SqlConnection connection, Entry entry) throws SQLException {
        PreparedStatement cutWords = connection.prepare(CUT_WORDS);
        cutWords.setLong(1, entry.place());
        cutWords.setString(2, entry.words());
        cutWords.executeUpdate();
        PreparedStatement delete = connection.prepare("DELETE FROM pawl_search WHERE place = ?");
        delete.setLong(1, entry.place());
        delete.executeUpdate();
    }

    /**
     * Takes some messages of a session out: first those that wait, so that none comes in behind.
     *
     * @return whether there may be more
     */
    static boolean eraseSome(SqlConnection connection, SessionName session, int most) throws SQLException {
        PreparedStatement changes = connection.prepare("DELETE FROM pawl_search_changes WHERE change IN"
                + " (SELECT change FROM pawl_search_changes WHERE session = ? LIMIT ?)");
        changes.setString(1, session.name());
        changes.setInt(2, most);
        if (changes.executeUpdate() > 0) {
            return true;
        }
        List<Entry> entries = new ArrayList<>();
        PreparedStatement select = connection.prepare("SELECT place, words FROM pawl_search WHERE session = ? LIMIT ?");
        select.setString(1, session.name());
        select.setInt(2, most);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                entries.add(new Entry(rows.getLong(1), rows.getString(2)));
            }
        }
        for (Entry entry : entries) {
            cut(connection, entry);
        }
        return !entries.isEmpty();
    }
}
