package dev.pawl.jdbc;

import dev.pawl.backend.SessionName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Counts the changes of messages that the index of words has not taken in yet. Marks of older messages are none. */
final class SearchChanges {

    private static final String COUNT = "SELECT count(*) FROM pawl_search_changes WHERE timestamp >= 0";

    private SearchChanges() {}

    /** Those of one session. */
    static long of(SqlConnection connection, SessionName session) throws SQLException {
        PreparedStatement count = connection.prepare(COUNT + " AND session = ?");
        count.setString(1, session.name());
        try (ResultSet rows = count.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** Those of all sessions. */
    static long all(SqlConnection connection) throws SQLException {
        return Long.parseLong(connection.text(COUNT).orElse("0"));
    }
}
