package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
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

    /** The same where there are no rows. */
    static void requireAbsent(List<Check> checks) {
        checks.stream()
                .filter(check -> check.expected().isPresent())
                .findFirst()
                .ifPresent(check -> {
                    throw conflict(check);
                });
    }

    static ConflictException conflict(Check check) {
        return new ConflictException(check.key(), check.key() + " is not as expected");
    }

    private static Optional<Bytes> value(SqlConnection connection, SessionName session, Key key) throws SQLException {
        Optional<Home> home = connection.dialect().table(key.family()).home(key);
        if (home.isEmpty()) {
            return Optional.empty();
        }
        PreparedStatement select =
                connection.prepare(RowStatements.of(home.get()).selectValue());
        bindKey(select, connection.dialect(), home.get(), session, key);
        try (ResultSet rows = select.executeQuery()) {
            return rows.next()
                    ? Optional.of(RowReader.content(rows, 1, 1).map(Bytes::wrap).orElse(Bytes.EMPTY))
                    : Optional.empty();
        }
    }

    /** Applies puts and deletes; the checks were looked at before. */
    static void apply(SqlConnection connection, SessionName session, Batch batch) throws SQLException {
        for (Row row : batch.puts()) {
            put(connection, session, row);
        }
        for (Key key : batch.deletes()) {
            for (Home home : homes(connection, key)) {
                PreparedStatement delete =
                        connection.prepare(RowStatements.of(home).delete());
                bindKey(delete, connection.dialect(), home, session, key);
                delete.executeUpdate();
            }
        }
    }

    private static List<Home> homes(SqlConnection connection, Key key) {
        return connection.dialect().table(key.family()).homes().stream()
                .filter(home -> home.hasRow(key))
                .toList();
    }

    private static void put(SqlConnection connection, SessionName session, Row row) throws SQLException {
        for (Home home : homes(connection, row.key())) {
            PreparedStatement upsert = connection.prepare(RowStatements.of(home).upsert());
            int parameter = bindKey(upsert, connection.dialect(), home, session, row.key());
            for (Column<Row> column : home.rest()) {
                bind(upsert, parameter++, connection.dialect(), column, row);
            }
            if (home.content() != Content.NONE) {
                upsert.setBytes(parameter, row.value().toArray());
            }
            upsert.executeUpdate();
        }
    }

    /** Removes some rows of a session from a table, and says how many. */
    static int eraseSome(SqlConnection connection, Home home, SessionName session, int most) throws SQLException {
        PreparedStatement delete = connection.prepare(RowStatements.of(home).deleteSome());
        int parameter = 1;
        if (home.sessions()) {
            delete.setString(parameter++, session.name());
        }
        delete.setInt(parameter, most);
        return delete.executeUpdate();
    }

    private static int bindKey(PreparedStatement statement, Dialect dialect, Home home, SessionName session, Key key)
            throws SQLException {
        int parameter = 1;
        if (home.sessions()) {
            statement.setString(parameter++, session.name());
        }
        for (Column<Key> column : home.key()) {
            bind(statement, parameter++, dialect, column, key);
        }
        return parameter;
    }

    /** Binds what stands in a column. */
    static <T> void bind(PreparedStatement statement, int parameter, Dialect dialect, Column<T> column, T of)
            throws SQLException {
        Object value = column.of().apply(of);
        switch (column.type()) {
            case TEXT -> statement.setString(parameter, dialect.toColumn((String) value));
            case NUMBER -> statement.setLong(parameter, (Long) value);
            case FLAG -> statement.setInt(parameter, (Boolean) value ? 1 : 0);
        }
    }
}
