package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a backend writes, as steps inside a transaction that somebody else begins and commits. */
final class RowWriter {

    private RowWriter() {}

    /**
     * Looks at checks in their order. Changes nothing.
     *
     * @throws ConflictException naming the first that does not hold
     */
    static void check(SqlConnection connection, SessionName session, List<Check> checks) throws SQLException {
        for (Check check : checks) {
            if (!value(connection, session, check.key()).equals(check.expected())) {
                throw conflict(check);
            }
        }
    }

    static ConflictException conflict(Check check) {
        return new ConflictException(check.key(), check.key() + " is not as expected");
    }

    private static Optional<Bytes> value(SqlConnection connection, SessionName session, Key key) throws SQLException {
        RowStatements statements = RowStatements.of(key.family());
        PreparedStatement select = connection.prepare(statements.selectValue());
        bindKey(select, statements.table(), session, key);
        try (ResultSet rows = select.executeQuery()) {
            return rows.next() ? Optional.of(RowReader.value(rows, 1, 1)) : Optional.empty();
        }
    }

    /** Applies puts and deletes; the checks were looked at before. */
    static void apply(SqlConnection connection, SessionName session, Batch batch) throws SQLException {
        for (Row row : batch.puts()) {
            put(connection, session, row);
        }
        for (Key key : batch.deletes()) {
            RowStatements statements = RowStatements.of(key.family());
            PreparedStatement delete = connection.prepare(statements.delete());
            bindKey(delete, statements.table(), session, key);
            delete.executeUpdate();
        }
    }

    private static void put(SqlConnection connection, SessionName session, Row row) throws SQLException {
        RowStatements statements = RowStatements.of(row.key().family());
        FamilyTable table = statements.table();
        PreparedStatement upsert = connection.prepare(statements.upsert());
        int parameter = bindKey(upsert, table, session, row.key());
        if (table.order().isPresent()) {
            upsert.setLong(parameter++, row.order());
        }
        if (table.flags()) {
            Facets facets = row.facets();
            upsert.setInt(parameter++, facets.archived() ? 1 : 0);
            upsert.setInt(parameter++, facets.unread() ? 1 : 0);
            upsert.setInt(parameter++, facets.pinned() ? 1 : 0);
        }
        upsert.setBytes(parameter, row.value().toArray());
        upsert.executeUpdate();
    }

    /** Removes some rows of a session, and says how many. */
    static int eraseSome(SqlConnection connection, Family family, SessionName session, int most) throws SQLException {
        PreparedStatement delete = connection.prepare(RowStatements.of(family).deleteSome());
        delete.setString(1, session.name());
        delete.setInt(2, most);
        return delete.executeUpdate();
    }

    private static int bindKey(PreparedStatement statement, FamilyTable table, SessionName session, Key key)
            throws SQLException {
        int parameter = 1;
        statement.setString(parameter++, session.name());
        if (table.partition().isPresent()) {
            statement.setString(parameter++, key.partition());
        }
        statement.setString(parameter++, key.id());
        return parameter;
    }
}
