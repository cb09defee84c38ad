package dev.pawl.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** A database that somebody else opens and shares. */
final class GivenDatabase implements SqliteDatabase {

    private final DataSource source;
    private final Settings settings;
    private final String file;
    private final String place;

    /**
     * Looks at what was given.
     *
     * @param connections how many it has to give at once
     */
    GivenDatabase(DataSource source, Settings settings, int connections) throws SQLException {
        this.source = source;
        this.settings = settings;
        this.file = file(source);
        this.place = file.isEmpty() ? "sqlite::memory:" + UUID.randomUUID() : file;
        if (!file.isEmpty()) {
            requireSome(connections);
        }
    }

    /** Else somebody would wait in the middle of a commit for a connection that never comes. */
    private void requireSome(int connections) throws SQLException {
        List<Connection> given = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                given.add(source.getConnection());
            }
        } catch (SQLException e) {
            throw new SQLException(
                    "it gave " + given.size() + " connections, and " + connections
                            + " are kept in use here: let it give more, or say readers(1), which needs 2",
                    e);
        } finally {
            for (Connection connection : given) {
                connection.close();
            }
        }
    }

    /** The file behind it, empty for a database in memory. */
    private static String file(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT file FROM pragma_database_list WHERE name = 'main'")) {
            String file = rows.next() ? rows.getString(1) : null;
            return file == null ? "" : file;
        }
    }

    @Override
    public SqlConnection open(boolean writing) throws SQLException {
        return file.isEmpty() ? open() : FileUse.openingForWriting(Path.of(file), this::open);
    }

    private SqlConnection open() throws SQLException {
        Connection connection = source.getConnection();
        return SetUp.of(new SqlConnection(connection), opened -> {
            connection.setAutoCommit(true);
            // Not made read-only: others get this connection when we give it back.
            settings.apply(opened, false);
            opened.text("PRAGMA schema_version");
            return opened;
        });
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public boolean hasOneConnection() {
        return file.isEmpty();
    }

    @Override
    public boolean isOwn() {
        return false;
    }
}
