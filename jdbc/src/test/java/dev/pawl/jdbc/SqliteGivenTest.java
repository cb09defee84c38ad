package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** A database that is given stays its owner's: shared with tables of others, and left as it should be. */
class SqliteGivenTest {

    private static final SessionName SESSION = SessionName.DEFAULT;

    @TempDir
    private Path directory;

    /** Gives at most so many connections at once, and the same ones again. */
    private static final class Pool implements DataSource {

        private final DataSource source;
        private final Deque<Connection> idle = new ArrayDeque<>();
        private int left;

        Pool(DataSource source, int most) {
            this.source = source;
            this.left = most;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = idle.poll();
            if (connection == null) {
                if (left == 0) {
                    throw new SQLException("no connection came in time");
                }
                left--;
                connection = source.getConnection();
            }
            Connection given = connection;
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("close")) {
                            idle.push(given);
                            return null;
                        }
                        return method.invoke(given, arguments);
                    });
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }

    @Test
    void exactlyOneOfFileAndDataSourceIsTaken() {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + directory.resolve("given.db"));
        for (SqliteBackend.Builder builder : List.of(
                SqliteBackend.builder(),
                SqliteBackend.builder().file(directory.resolve("own.db")).dataSource(source))) {
            assertThatThrownBy(builder::open)
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED))
                    .hasMessageContaining("exactly one");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aGivenDataSourceIsSharedWithTablesOfOthersAndStaysOpen() throws Exception {
        Path file = directory.resolve("given.db");
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        execute(source, "CREATE TABLE messages (text TEXT)");
        execute(source, "INSERT INTO messages VALUES ('theirs')");
        try (Backend backend = SqliteBackend.builder().dataSource(source).open()) {
            put(backend, Key.CREDENTIALS, "{}");
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isPresent();
            assertThat(backend.locate(SESSION, Key.CREDENTIALS))
                    .startsWith(file.toRealPath().toString());
            assertThat(backend.traits().durability()).isEqualTo(Durability.POWER_LOSS);
        }
        execute(source, "INSERT INTO messages VALUES ('again')");
        assertThat(query(source, "SELECT text FROM messages")).containsExactly("theirs", "again");
        assertThat(query(source, "SELECT value FROM pawl_credentials")).containsExactly("{}");
    }

    @Test
    void aGivenDatabaseInMemoryHasOneConnection() {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite::memory:");
        try (Backend backend = SqliteBackend.builder().dataSource(source).open()) {
            put(backend, Key.CREDENTIALS, "{}");
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isPresent();
            assertThat(backend.traits().durability()).isEqualTo(Durability.NONE);
        }
    }

    @Test
    void aPoolThatGivesTooFewConnectionsIsRefusedAtOnce() {
        Pool pool = new Pool(source("given.db"), 2);
        assertThatThrownBy(() -> SqliteBackend.builder().dataSource(pool).open())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("gave 2 connections, and 5");
        try (Backend backend =
                SqliteBackend.builder().dataSource(pool).readers(1).open()) {
            put(backend, Key.CREDENTIALS, "{}");
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isPresent();
        }
    }

    @Test
    void whatCannotBeMadeIntoOurTablesLeavesNoTransactionOpen() throws SQLException {
        for (String url : List.of("jdbc:sqlite:" + directory.resolve("given.db"), "jdbc:sqlite::memory:")) {
            SQLiteDataSource source = new SQLiteDataSource();
            source.setUrl(url);
            Pool pool = new Pool(source, 2);
            execute(pool, "CREATE TABLE pawl_keys (theirs TEXT)");
            Backend backend =
                    SqliteBackend.builder().dataSource(pool).readers(1).open();
            for (int twice = 0; twice < 2; twice++) {
                assertThatThrownBy(() -> put(backend, Key.CREDENTIALS, "{}"))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("pawl_keys");
                assertThat(backend.get(SESSION, Key.CREDENTIALS)).isEmpty();
            }
            backend.close();
            execute(pool, "BEGIN IMMEDIATE");
            execute(pool, "DROP TABLE pawl_keys");
            execute(pool, "COMMIT");
            assertThat(names(pool)).as(url).isEmpty();
        }
    }

    @Test
    void aDatabaseThatKeepsTextOtherwiseIsRefused() throws SQLException {
        SQLiteDataSource source = source("wide.db");
        execute(source, "PRAGMA encoding = 'UTF-16'; CREATE TABLE theirs (text TEXT)");
        assertThatThrownBy(() -> SqliteBackend.builder().dataSource(source).open())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("UTF-16");
        assertThat(names(source)).containsExactly("theirs");
    }

    private SQLiteDataSource source(String name) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + directory.resolve(name));
        return source;
    }

    private static void put(Backend backend, Key key, String value) {
        backend.commit(SESSION, Batch.of(Row.of(key, Bytes.utf8(value))));
    }

    private static void execute(DataSource source, String statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String one : statements.split(";")) {
                statement.execute(one);
            }
        }
    }

    private static List<String> names(DataSource source) throws SQLException {
        return query(source, "SELECT name FROM sqlite_master WHERE type = 'table'");
    }

    private static List<String> query(DataSource source, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
