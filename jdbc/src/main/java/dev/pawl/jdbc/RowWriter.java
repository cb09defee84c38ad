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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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

    /**
     * Looks at the checks of a batch and applies it.
     *
     * <p>Rows that are put and checked to be absent are only inserted, which finds out what looking would have. What was
     * inserted when one of them turns out to be there is taken out again, since there was nothing in its place.
     *
     * @throws ConflictException naming the first check that does not hold; nothing was changed
     */
    static void commit(SqlConnection connection, SessionName session, Batch batch) throws SQLException {
        List<Check> checks = batch.checks();
        int looked = checks.size();
        Map<Key, Row> absent = absent(connection, batch);
        while (looked > 0 && isFoundOutByInserting(checks.get(looked - 1), absent)) {
            looked--;
        }
        check(connection, session, checks.subList(0, looked));
        Set<Key> inserted = new HashSet<>();
        for (Check check : checks.subList(looked, checks.size())) {
            if (!inserted.contains(check.key())
                    && !insert(connection, session, Objects.requireNonNull(absent.get(check.key())))) {
                for (Key key : inserted) {
                    delete(connection, session, key);
                }
                throw conflict(check);
            }
            inserted.add(check.key());
        }
        apply(connection, session, batch, inserted);
    }

    /** Whether inserting a row tells whether a check holds. One of its present value beside it has to be looked at. */
    private static boolean isFoundOutByInserting(Check check, Map<Key, Row> absent) {
        return check.expected().isEmpty() && absent.containsKey(check.key());
    }

    /** The rows that are put and checked to be absent, as far as each is one row of one table. */
    private static Map<Key, Row> absent(SqlConnection connection, Batch batch) {
        if (batch.checks().stream().allMatch(check -> check.expected().isPresent())) {
            return Map.of();
        }
        Map<Key, Row> puts = new HashMap<>();
        for (Row row : batch.puts()) {
            puts.put(row.key(), row);
        }
        Map<Key, Row> absent = new HashMap<>();
        for (Check check : batch.checks()) {
            Row row = puts.get(check.key());
            if (check.expected().isEmpty()
                    && row != null
                    && homes(connection, check.key()).size() == 1) {
                absent.put(check.key(), row);
            }
        }
        return absent;
    }

    /** Applies puts and deletes; the checks were looked at before. */
    private static void apply(SqlConnection connection, SessionName session, Batch batch, Set<Key> done)
            throws SQLException {
        for (Row row : batch.puts()) {
            if (!done.contains(row.key())) {
                put(connection, session, row);
            }
        }
        for (Key key : batch.deletes()) {
            delete(connection, session, key);
        }
    }

    private static void delete(SqlConnection connection, SessionName session, Key key) throws SQLException {
        for (Home home : homes(connection, key)) {
            PreparedStatement delete = connection.prepare(RowStatements.of(home).delete());
            bindKey(delete, connection.dialect(), home, session, key);
            delete.executeUpdate();
        }
    }

    private static List<Home> homes(SqlConnection connection, Key key) {
        List<Home> all = connection.dialect().table(key.family()).homes();
        return all.size() == 1 && all.get(0).hasRow(key)
                ? all
                : all.stream().filter(home -> home.hasRow(key)).toList();
    }

    private static void put(SqlConnection connection, SessionName session, Row row) throws SQLException {
        for (Home home : homes(connection, row.key())) {
            write(connection, RowStatements.of(home).upsert(), home, session, row);
        }
    }

    /** Puts a row where there is none, and says whether there was none. */
    private static boolean insert(SqlConnection connection, SessionName session, Row row) throws SQLException {
        Home home = homes(connection, row.key()).get(0);
        return write(connection, RowStatements.of(home).insert(), home, session, row) > 0;
    }

    private static int write(SqlConnection connection, String sql, Home home, SessionName session, Row row)
            throws SQLException {
        PreparedStatement statement = connection.prepare(sql);
        int parameter = bindKey(statement, connection.dialect(), home, session, row.key());
        for (Column<Row> column : home.rest()) {
            bind(statement, parameter++, connection.dialect(), column, row);
        }
        if (home.content() != Content.NONE) {
            statement.setBytes(parameter, row.value().toArray());
        }
        return statement.executeUpdate();
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
