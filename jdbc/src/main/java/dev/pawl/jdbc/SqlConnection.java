package dev.pawl.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A connection that keeps the statements it has prepared.
 *
 * <p><b>Thread-safety.</b> None: whoever uses it has it alone.
 */
final class SqlConnection implements AutoCloseable {

    /** More than all fixed statements and the usual lengths of lists. */
    private static final int STATEMENTS = 128;

    private final Connection connection;
    private final Dialect dialect;

    /** In the order of their last use. */
    private final Map<String, PreparedStatement> prepared;

    /** A connection to SQLite. */
    SqlConnection(Connection connection) {
        this(connection, SqliteDialect.INSTANCE);
    }

    SqlConnection(Connection connection, Dialect dialect) {
        this(connection, dialect, new LinkedHashMap<>(16, 0.75f, true));
    }

    private SqlConnection(Connection connection, Dialect dialect, Map<String, PreparedStatement> prepared) {
        this.connection = connection;
        this.dialect = dialect;
        this.prepared = prepared;
    }

    /** This connection, with its statements, where tables are those of another layout. */
    SqlConnection with(Dialect other) {
        return other == dialect ? this : new SqlConnection(connection, other, prepared);
    }

    Dialect dialect() {
        return dialect;
    }

    Connection raw() {
        return connection;
    }

    /** The statement of this text, with its last values still bound. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known != null) {
            return known;
        }
        PreparedStatement statement = connection.prepareStatement(sql);
        prepared.put(sql, statement);
        if (prepared.size() > STATEMENTS) {
            Iterator<PreparedStatement> oldest = prepared.values().iterator();
            PreparedStatement dropped = oldest.next();
            oldest.remove();
            dropped.close();
        }
        return statement;
    }

    /** Runs a statement of this text, kept for the next time. */
    void run(String sql) throws SQLException {
        prepare(sql).execute();
    }

    /** Runs a statement once and forgets it. */
    void runOnce(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row of a query that is run once, as text. */
    Optional<String> text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        }
    }

    /**
     * Reads at one moment, however many statements that takes.
     *
     * <p>After the graver errors SQLite has ended the transaction already; what that makes of ending it again says nothing.
     */
    <T> T atOneMoment(Query<T> query) throws SQLException {
        run(dialect.beginReading());
        T result;
        try {
            result = query.on(this);
        } catch (Throwable e) {
            rollBack(e);
            throw e;
        }
        run("COMMIT");
        return result;
    }

    /** Ends the transaction that this error has made useless, if it has not ended by itself. */
    void rollBack(Throwable cause) {
        try {
            run("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Closes the statements too: a pool that gets the connection back may not know of them. */
    @Override
    public void close() throws SQLException {
        try {
            for (PreparedStatement statement : prepared.values()) {
                statement.close();
            }
        } finally {
            prepared.clear();
            connection.close();
        }
    }
}
