package dev.pawl.jdbc;

import dev.pawl.backend.Position;
import dev.pawl.backend.SessionName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where the messages of each session begin that were there before its index of words was made. It stands among the
 * changes, as one that no message has: its second is below 0, -1 less the order of the position.
 */
final class OldMessages {

    private OldMessages() {}

    static Optional<Position> begin(SqlConnection connection, SessionName session) throws SQLException {
        PreparedStatement select = connection.prepare(
                "SELECT timestamp, chat, row_id FROM pawl_search_changes WHERE session = ? AND timestamp < 0");
        select.setString(1, session.name());
        try (ResultSet rows = select.executeQuery()) {
            return rows.next()
                    ? Optional.of(new Position(
                            -1 - rows.getLong(1),
                            connection.dialect().fromColumn(rows.getString(2)),
                            connection.dialect().fromColumn(rows.getString(3))))
                    : Optional.empty();
        }
    }

    /** Has them begin elsewhere; nowhere when it is empty. Returns how many such places there were. */
    static int move(SqlConnection connection, SessionName session, Optional<Position> to) throws SQLException {
        if (to.isEmpty()) {
            PreparedStatement delete =
                    connection.prepare("DELETE FROM pawl_search_changes WHERE session = ? AND timestamp < 0");
            delete.setString(1, session.name());
            return delete.executeUpdate();
        }
        Position position = to.get();
        PreparedStatement update = connection.prepare("UPDATE pawl_search_changes SET timestamp = ?, chat = ?,"
                + " row_id = ? WHERE session = ? AND timestamp < 0");
        update.setLong(1, -1 - position.order());
        update.setString(2, connection.dialect().toColumn(position.partition()));
        update.setString(3, connection.dialect().toColumn(position.id()));
        update.setString(4, session.name());
        return update.executeUpdate();
    }
}
