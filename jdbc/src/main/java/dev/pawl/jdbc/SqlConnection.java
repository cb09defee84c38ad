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

    /** In the order of their last use. */
    private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>(16, 0.75f, true);

    SqlConnection(Connection connection) {
        this.connection = connection;
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

    /** Closes the statements with it. */
    @Override
    public void close() throws SQLException {
        prepared.clear();
        connection.close();
    }
}
