package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.Pawl;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException.Code;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;

/** Getting to a database: who makes the tables, who may only use or read them, and what is said when it is not possible. */
final class PostgresOpeningTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key KEY = Key.ofKey("session", "1");
    private static final PostgresServer SERVER = PostgresServer.shared();

    private final String locator = SERVER.newSchema();

    private String schema() {
        return locator.substring(locator.indexOf("currentSchema=") + "currentSchema=".length());
    }

    private static Batch one(String id) {
        return Batch.of(Row.of(Key.ofKey("session", id), Bytes.utf8("1")));
    }

    private static List<String> tables(String at) {
        return PostgresServer.rows(
                at,
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace = current_schema()::regnamespace");
    }

    /** The same place for another role, who is made with this password. */
    private String as(String role, String password) {
        SERVER.execute(
                "DROP ROLE IF EXISTS " + role,
                "CREATE ROLE " + role + " LOGIN PASSWORD '" + password + "'",
                "GRANT USAGE ON SCHEMA " + schema() + " TO " + role);
        return locator.replaceFirst("//[^@]*@", "//" + role + ":" + password + "@");
    }

    private void dropRole(String role) {
        SERVER.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
    }

    @Test
    void eightNodesThatStartAtOnceMakeTheTablesOnce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(8);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> nodes = new ArrayList<>();
            for (int node = 0; node < 8; node++) {
                SessionName session = SessionName.of("node-" + node);
                nodes.add(() -> {
                    together.await();
                    try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
                        backend.commit(session, one("1").with(Check.absent(KEY)));
                    }
                    return null;
                });
            }
            for (Future<Void> node : threads.invokeAll(nodes)) {
                node.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(PostgresServer.rows(locator, "SELECT step FROM pawl_schema")).containsExactly("1");
        assertThat(PostgresServer.rows(locator, "SELECT count(*) FROM pawl_keys"))
                .containsExactly("8");
    }

    @Test
    void openingMakesNothingUntilTheFirstRowIsPut() {
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            assertThat(backend.get(SESSION, KEY)).isEmpty();
            backend.commit(SESSION, new Batch(List.of(Check.absent(KEY)), List.of(), List.of(KEY)));
            assertThat(tables(locator)).isEmpty();
            assertThat(backend.inspect(SESSION).format())
                    .startsWith("PostgreSQL ")
                    .endsWith(", no tables yet");
            backend.commit(SESSION, one("1"));
            assertThat(tables(locator)).contains("pawl_keys", "pawl_messages_view", "pawl_schema");
            assertThat(backend.inspect(SESSION).format()).endsWith(", tables at step 1");
        }
    }

    @Test
    void aRoleThatMayNotMakeTablesIsToldWhatToRunAndThenGetsOn() {
        String app = as("pawl_no_ddl", "pw");
        try (Backend backend = PostgresBackend.open(app, Access.READ_WRITE)) {
            assertThatThrownBy(() -> backend.commit(SESSION, one("1")))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_CONNECTION_FAILED))
                    .hasMessageContaining("GRANT CREATE ON SCHEMA " + schema() + " TO pawl_no_ddl")
                    .hasMessageContaining("PostgresBackend.script()");
            assertThat(tables(locator)).isEmpty();
            PostgresServer.executeAt(locator, PostgresBackend.script());
            PostgresServer.executeAt(
                    locator,
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema() + " TO pawl_no_ddl");
            backend.commit(SESSION, one("1"));
            assertThat(backend.get(SESSION, KEY)).isPresent();
        } finally {
            dropRole("pawl_no_ddl");
        }
        try (Pawl pawl = Pawl.open(locator)) {
            pawl.auth("other").createCredentials();
        }
    }

    @Test
    void theTablesOfANewerVersionAreRefused() {
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            backend.commit(SESSION, one("1"));
        }
        PostgresServer.executeAt(
                locator, "INSERT INTO pawl_schema VALUES (9, '0009-x.sql', 9, '2030-01-01T00:00:00Z')");
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> PostgresBackend.open(locator, access))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("newer version");
        }
    }

    @Test
    void readingMakesNothingAndWorksWhereNothingMayBeWritten() {
        assertThatThrownBy(() -> PostgresBackend.open(locator, Access.READ_ONLY))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("no tables of Pawl's");
        assertThat(tables(locator)).isEmpty();
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            backend.commit(SESSION, one("1"));
        }
        String reader = as("pawl_reader", "pw");
        SERVER.execute(
                "GRANT SELECT ON ALL TABLES IN SCHEMA " + schema() + " TO pawl_reader",
                "ALTER ROLE pawl_reader SET default_transaction_read_only = on");
        try (Backend backend = PostgresBackend.open(reader, Access.READ_ONLY)) {
            assertThat(backend.get(SESSION, List.of(KEY, Key.CREDENTIALS))).containsOnlyKeys(KEY);
            assertThat(backend.scan(SESSION, Scan.of(Family.KEY)).items()).hasSize(1);
            assertThat(backend.sessions(Set.of(Family.KEY), Optional.empty(), 9).items())
                    .containsExactly(SESSION);
            assertThat(backend.partitions(SESSION, Family.KEY, Optional.empty(), 9)
                            .items())
                    .hasSize(1);
        }
        try (Backend backend = PostgresBackend.open(reader, Access.READ_WRITE)) {
            assertThatThrownBy(() -> backend.commit(SESSION, one("2")))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_WRITE_FAILED));
        } finally {
            dropRole("pawl_reader");
        }
    }

    @Test
    void aDatabaseInAnotherEncodingIsRefused() {
        SERVER.execute(
                "DROP DATABASE IF EXISTS pawl_latin",
                "CREATE DATABASE pawl_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        try {
            assertThatThrownBy(() -> PostgresBackend.open(SERVER.locator("pawl_latin"), Access.READ_WRITE))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("LATIN1");
        } finally {
            SERVER.execute("DROP DATABASE pawl_latin WITH (FORCE)");
        }
    }

    @Test
    void exactlyOneOfUrlAndDataSourceIsNeeded() {
        PostgresBackendBuilder none = PostgresBackend.builder();
        PostgresBackendBuilder both = PostgresBackend.builder().url(locator).dataSource(new PGSimpleDataSource());
        for (PostgresBackendBuilder builder : List.of(none, both)) {
            assertThatThrownBy(builder::open)
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_CONNECTION_FAILED))
                    .hasMessageContaining("exactly one");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://h, name of the database",
        "postgresql://h/, name of the database",
        "postgresql:h/d, named like",
        "mysql://h/d, named like",
        "postgresql://h/d?mx=3, mx",
        "postgresql://h/d?layout=tables, layout is",
        "postgresql://h/d?max=0, max",
        "postgresql://h/d?max=many, max",
        "postgresql://u:%zz@h/d, %25",
        "postgresql://h:abc/d, port is a number",
        "postgresql://h:99999/d, port is a number",
        "postgresql://u:p?x=1@h/d, %3F",
        "jdbc:postgresql://h?password=s@cr3t/Pw, name of the database"
    })
    void whatCannotBeMeantIsSaid(String url, String remedy) {
        assertThatThrownBy(() -> PostgresBackend.open(url, Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(remedy);
    }

    @Test
    void twoNamesOfOnePlaceAreOnePlace() {
        String other = PostgresServer.jdbc(locator.replace("127.0.0.1", "localhost"));
        try (Backend one = PostgresBackend.open(locator, Access.READ_WRITE);
                Backend same = PostgresBackend.open(other, Access.READ_WRITE);
                Backend apart = PostgresBackend.open(SERVER.newSchema(), Access.READ_WRITE)) {
            assertThat(same.locate(SESSION, Key.CREDENTIALS))
                    .isEqualTo(one.locate(SESSION, Key.CREDENTIALS))
                    .startsWith("postgresql server ")
                    .contains("schema " + schema(), "pawl_credentials");
            assertThat(apart.locate(SESSION, Key.CREDENTIALS)).isNotEqualTo(one.locate(SESSION, Key.CREDENTIALS));
        }
    }

    @Test
    void aDatabaseHasItsPlaceAlsoForARoleThatMayNotSeeWhichServerItIs() {
        String role = as("pawl_blind", "pw");
        SERVER.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        try (Backend one = PostgresBackend.open(role, Access.READ_WRITE);
                Backend same = PostgresBackend.open(role.replace("127.0.0.1", "localhost"), Access.READ_WRITE)) {
            assertThat(same.locate(SESSION, Key.CREDENTIALS))
                    .isEqualTo(one.locate(SESSION, Key.CREDENTIALS))
                    .startsWith("postgresql://");
        } finally {
            SERVER.execute("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC");
            dropRole("pawl_blind");
        }
    }

    @Test
    void whatAServerDoesNotForceIsSaid() {
        Logger logger = (Logger) LoggerFactory.getLogger(PostgresBackend.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        String setting = "SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'";
        boolean forced = PostgresServer.rows(locator, setting).equals(List.of("t"));
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            assertThat(backend.traits().durability())
                    .isEqualTo(forced ? Durability.POWER_LOSS : Durability.PROCESS_CRASH);
            assertThat(backend.inspect(SESSION).remarks()).hasSize(forced ? 0 : 1);
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .hasSize(forced ? 0 : 1)
                .allSatisfy(
                        event -> assertThat(event.getFormattedMessage()).contains("fsync or full_page_writes is off"));
    }

    /** A pool in transaction mode hands each transaction another connection, on which nothing of the last one is left. */
    @Test
    void nothingIsKeptInAConnectionFromOneTransactionToTheNext() throws Exception {
        PGSimpleDataSource maker = new PGSimpleDataSource();
        maker.setUrl(PostgresServer.jdbc(locator));
        HikariConfig config = new HikariConfig();
        config.setDataSource(maker);
        config.setMaximumPoolSize(1);
        // Many frameworks want it that way.
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            try (Backend backend = PostgresBackend.builder().dataSource(pool).open();
                    Pawl pawl = Pawl.of(backend)) {
                pawl.auth().createCredentials();
                assertThat(backend.get(SESSION, List.of(Key.CREDENTIALS, KEY))).hasSize(1);
                backend.sessions(Set.of(Family.CREDENTIALS, Family.KEY), Optional.empty(), 10);
                try (Connection connection = pool.getConnection()) {
                    assertThat(
                                    column(
                                            connection,
                                            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"))
                            .isEqualTo("0");
                    assertThat(column(connection, "SELECT current_setting('lock_timeout')"))
                            .isEqualTo("0");
                    assertThat(column(connection, "SELECT current_setting('idle_in_transaction_session_timeout')"))
                            .isEqualTo("0");
                    assertThat(column(connection, "SELECT current_setting('transaction_isolation')"))
                            .isEqualTo("read committed");
                }
            }
            assertThat(pool.isClosed()).isFalse();
        }
    }

    private static String column(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void aCommitIsForcedAndItsTransactionEndedByTheServerWhateverTheRoleIsSetTo() {
        String role = as("pawl_lazy", "pw");
        SERVER.execute(
                "GRANT CREATE ON SCHEMA " + schema() + " TO pawl_lazy",
                "ALTER ROLE pawl_lazy SET synchronous_commit = off");
        try (Backend backend = PostgresBackend.open(role, Access.READ_WRITE)) {
            backend.commit(SESSION, one("1"));
            PostgresServer.executeAt(
                    role,
                    "CREATE TABLE seen (setting text)",
                    "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES"
                            + " (current_setting(''idle_in_transaction_session_timeout'') || '' ''"
                            + " || current_setting(''synchronous_commit'')); RETURN NEW; END'",
                    "CREATE TRIGGER seeing BEFORE INSERT ON pawl_keys FOR EACH ROW EXECUTE FUNCTION see()");
            backend.commit(SESSION, one("2"));
            assertThat(PostgresServer.rows(role, "SELECT setting FROM seen")).containsExactly("10s on");
        } finally {
            dropRole("pawl_lazy");
        }
    }

    /** One connection, which is given again and again. */
    private static DataSource always(Connection connection) {
        return new PGSimpleDataSource() {
            private static final long serialVersionUID = 1L;

            @Override
            public Connection getConnection() {
                return (Connection) Proxy.newProxyInstance(
                        PostgresOpeningTest.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                            try {
                                return method.getName().equals("close") ? null : method.invoke(connection, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionIsGivenBackAsItCame(boolean autoCommit) throws Exception {
        try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(locator))) {
            connection.setAutoCommit(autoCommit);
            try (Backend backend =
                    PostgresBackend.builder().dataSource(always(connection)).open()) {
                backend.commit(SESSION, one("1"));
                assertThat(backend.get(SESSION, KEY)).isPresent();
            }
            assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
        }
    }

    @Test
    void aDataSourceThatFailsInItsOwnWayCannotBeReached() {
        DataSource shut = new PGSimpleDataSource() {
            private static final long serialVersionUID = 1L;

            @Override
            public Connection getConnection() {
                throw new IllegalStateException("this pool is shut");
            }
        };
        assertThatThrownBy(() -> PostgresBackend.builder().dataSource(shut).open())
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).isEqualTo(Code.STORE_CONNECTION_FAILED))
                .hasMessageContaining("this pool is shut");
    }

    @Test
    void aTransactionOfSomebodyElseIsSeenOnAConnectionThatCommitsByItselfToo() throws Exception {
        try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(locator));
                var statement = connection.createStatement()) {
            statement.execute("BEGIN");
            PostgresBackendBuilder builder = PostgresBackend.builder().dataSource(always(connection));
            assertThatThrownBy(builder::open)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("transaction");
            statement.execute("ROLLBACK");
            builder.open().close();
        }
    }

    @Test
    void aConnectionInATransactionOfSomebodyElseIsRefused() throws Exception {
        PGSimpleDataSource maker = new PGSimpleDataSource();
        maker.setUrl(PostgresServer.jdbc(locator));
        DataSource inTransaction = new PGSimpleDataSource() {
            private static final long serialVersionUID = 1L;

            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = maker.getConnection();
                connection.setAutoCommit(false);
                column(connection, "SELECT 1");
                return connection;
            }
        };
        assertThatThrownBy(() ->
                        PostgresBackend.builder().dataSource(inTransaction).open())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("transaction");
    }

    @Test
    void aPasswordIsInNoMessageAndNoTrace() {
        String secret = "Pw73914-xyz";
        String wrong = as("pawl_secret", "right").replace("right", secret);
        String nowhere = "postgresql://u:" + secret + "@127.0.0.1:1/d?currentSchema=x";
        String missing = "postgresql://postgres:" + secret + "@127.0.0.1:" + port() + "/no_such_database";
        String at = "jdbc:postgresql://127.0.0.1:1/d?user=u&password=a@b/" + secret;
        String atUser = "postgresql://127.0.0.1:1/d?user=u@" + secret + "&password=b/" + secret;
        for (String url :
                List.of(wrong, nowhere, missing, PostgresServer.jdbc(nowhere), nowhere + "&mx=1", at, atUser)) {
            Throwable refused = catchThrowable(() -> PostgresBackend.open(url, Access.READ_WRITE));
            StringWriter trace = new StringWriter();
            refused.printStackTrace(new PrintWriter(trace));
            assertThat(refused).isInstanceOfAny(UnavailableException.class, UnsupportedException.class);
            assertThat(trace.toString()).doesNotContain(secret);
            assertThat(PostgresAddress.of(url).toString()).doesNotContain(secret);
        }
        dropRole("pawl_secret");
    }

    private static String port() {
        return SERVER.locator().replaceFirst(".*:([0-9]+)/.*", "$1");
    }

    @Test
    void aPasswordIsInNoLog() {
        String secret = "Pw73915-xyz";
        String theirs = as("pawl_logged", secret);
        Logger pool = (Logger) LoggerFactory.getLogger("com.zaxxer.hikari");
        Level before = pool.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        pool.setAdditive(false);
        pool.addAppender(log);
        pool.setLevel(Level.TRACE);
        try (Backend backend = PostgresBackend.builder()
                .url(theirs)
                .max(1)
                .patience(Duration.ofSeconds(20))
                .open()) {
            assertThat(backend.get(SESSION, KEY)).isEmpty();
            SERVER.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'pawl_logged'",
                    "ALTER ROLE pawl_logged NOLOGIN");
            assertThat(catchThrowable(() -> backend.commit(SESSION, one("1"))))
                    .isInstanceOf(UnavailableException.class);
        } finally {
            pool.setLevel(before);
            pool.detachAppender(log);
            pool.setAdditive(true);
            dropRole("pawl_logged");
        }
        assertThat(log.list).isNotEmpty().allSatisfy(event -> {
            assertThat(event.getFormattedMessage()).doesNotContain(secret);
            assertThat(ThrowableProxyUtil.asString(event.getThrowableProxy())).doesNotContain(secret);
        });
    }

    @Test
    void thePasswordOfTheEnvironmentIsTakenWhereTheLocatorHasNone() {
        String with = as("pawl_env", "pw-env");
        String without = with.replace(":pw-env@", "@");
        try {
            assertThatThrownBy(() -> PostgresBackendProvider.open(
                            Locator.parse(without), Access.READ_WRITE, Optional.of("another")))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("does not let this user in");
            PostgresBackendProvider.open(Locator.parse(without), Access.READ_WRITE, Optional.of("pw-env"))
                    .close();
            PostgresBackendProvider.open(Locator.parse(with), Access.READ_WRITE, Optional.of("another"))
                    .close();
        } finally {
            dropRole("pawl_env");
        }
    }

    @Test
    void aMissingDriverIsNamedWithItsCoordinates() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!Path.of(entry).getFileName().toString().startsWith("postgresql-")) {
                classPath.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> pawl = loader.loadClass("dev.pawl.Pawl");
            Thread.currentThread().setContextClassLoader(loader);
            assertThatThrownBy(() -> {
                        try {
                            pawl.getMethod("open", String[].class)
                                    .invoke(null, (Object) new String[] {"postgresql://h/d"});
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    })
                    .hasMessageContaining("org.postgresql:postgresql")
                    .hasToString("dev.pawl.backend.UnavailableException: postgresql: needs its driver: add"
                            + " org.postgresql:postgresql to the class path");
        } finally {
            Thread.currentThread().setContextClassLoader(PostgresOpeningTest.class.getClassLoader());
        }
    }
}
