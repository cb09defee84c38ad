package dev.pawl.jdbc;

import dev.pawl.backend.Inspection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** A database that somebody else opens and shares. */
final class GivenDatabase implements SqliteDatabase {

    private final DataSource source;
    private final Settings settings;
    private final String file;
    private final String place;

    GivenDatabase(DataSource source, Settings settings) throws SQLException {
        this.source = source;
        this.settings = settings;
        this.file = file(source);
        this.place = file.isEmpty() ? "sqlite::memory:" + UUID.randomUUID() : file;
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
        Connection connection = source.getConnection();
        return SetUp.of(new SqlConnection(connection), opened -> {
            connection.setAutoCommit(true);
            // Not made read-only: others get this connection when we give it back.
            return settings.apply(opened, false);
        });
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public void create() {
        // whoever gave it has made it
    }

    @Override
    public boolean hasOneConnection() {
        return file.isEmpty();
    }

    @Override
    public boolean isOwn() {
        return false;
    }

    @Override
    public List<Inspection.Remark> remarks() {
        return List.of();
    }
}
