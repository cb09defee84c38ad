package dev.pawl.tck.server;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/**
 * A PostgreSQL server for tests: that of {@code PAWL_TEST_POSTGRES_URL}, or one of our own, with programs that are on this
 * machine or on the class path, in a directory of its own, on a port that the system chose. Its superuser is
 * {@code postgres} without a password; all other roles need theirs.
 *
 * <p>Using it needs the driver on the class path. A server of our own ends with this process, at the latest.
 */
public final class PostgresServer implements AutoCloseable {

    /** Names the server to use. */
    public static final String VARIABLE = "PAWL_TEST_POSTGRES_URL";

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final String locator;
    private final Optional<PostgresCluster> own;
    private final List<String> schemas = new ArrayList<>();

    /** Made once for the whole process. */
    private static final class Shared {
        private static final Optional<PostgresServer> SERVER = find();

        private static Optional<PostgresServer> find() {
            Optional<PostgresServer> given = Optional.ofNullable(System.getenv(VARIABLE))
                    .filter(url -> !url.isBlank())
                    .map(url -> new PostgresServer(url, Optional.empty()));
            return given.or(() -> startQuietly(
                    "fsync=off",
                    "full_page_writes=off",
                    "deadlock_timeout=500ms",
                    // Thousands of tables come and go.
                    "autovacuum=off",
                    "jit=off",
                    "wal_level=minimal",
                    "max_wal_senders=0"));
        }
    }

    private PostgresServer(String locator, Optional<PostgresCluster> own) {
        this.locator = locator;
        this.own = own;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    private PostgresServer(PostgresCluster own) {
        this("postgresql://postgres@127.0.0.1:" + own.port() + "/postgres", Optional.of(own));
    }

    /**
     * The one that all tests of this process share. It does not force what it writes, where it is our own.
     *
     * @throws TestAbortedException when there is none; under {@code CI=true} that is a failure
     */
    public static PostgresServer shared() {
        return Shared.SERVER.orElseGet(PostgresServer::none);
    }

    /**
     * Starts one of our own, which forces what it writes.
     *
     * @param settings such as {@code max_connections=20}
     * @throws TestAbortedException when there are no programs; under {@code CI=true} that is a failure
     */
    public static PostgresServer start(String... settings) {
        return startQuietly(settings).orElseGet(PostgresServer::none);
    }

    private static PostgresServer none() {
        String reason = "there is no PostgreSQL server: set " + VARIABLE + ", or install one, with its client programs";
        if ("true".equals(System.getenv("CI"))) {
            return Assertions.fail(reason);
        }
        throw new TestAbortedException(reason);
    }

    private static Optional<PostgresServer> startQuietly(String... settings) {
        try {
            return startOwn(settings);
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL does not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<PostgresServer> startOwn(String... settings) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(
                List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"));
        all.addAll(List.of(settings));
        return PostgresCluster.start(all).map(PostgresServer::new);
    }

    /**
     * Starts a standby of this one, which has to be our own: it repeats what this one does, and can take its place.
     *
     * @param name by which {@code synchronous_standby_names} knows it
     * @throws TestAbortedException when there is no program to copy a server with; under {@code CI=true} that is a failure
     */
    public PostgresServer startStandby(String name) throws IOException, InterruptedException {
        return own().startStandby(name).map(PostgresServer::new).orElseGet(PostgresServer::none);
    }

    /** The database of the superuser. */
    public String locator() {
        return locator;
    }

    /** A schema that nobody has used, in the database of {@link #locator}, and the locator of that. */
    public String newSchema() {
        return newSchema("");
    }

    /**
     * The same.
     *
     * @param name is part of the name of the schema, as far as it can
     */
    public String newSchema(String name) {
        String readable = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        String schema = "s" + ProcessHandle.current().pid() + "_" + SCHEMAS.incrementAndGet()
                + (readable.isEmpty() ? "" : "_" + readable.substring(0, Math.min(30, readable.length())));
        execute("CREATE SCHEMA " + schema);
        synchronized (schemas) {
            schemas.add(schema);
        }
        return locator + (locator.contains("?") ? "&" : "?") + "currentSchema=" + schema;
    }

    /** The database of this name instead of that of {@link #locator}. */
    public String locator(String database) {
        return locator.replaceFirst("(//[^/]*/)[^?]*", "$1" + database);
    }

    /** The locator as the driver takes it. */
    public static String jdbc(String locator) {
        String rest = locator.substring(locator.indexOf("//") + 2);
        int at = rest.lastIndexOf('@');
        String[] user = at < 0 ? new String[0] : rest.substring(0, at).split(":", 2);
        String url = "jdbc:postgresql://" + rest.substring(at + 1);
        for (int i = 0; i < user.length; i++) {
            url += (url.contains("?") ? "&" : "?") + (i == 0 ? "user=" : "password=") + user[i];
        }
        return url;
    }

    /** Runs statements as the superuser, each on its own. */
    public void execute(String... statements) {
        executeAt(locator, statements);
    }

    /** Runs statements in this database, each on its own. */
    public static void executeAt(String locator, String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbc(locator));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rows of a query, with a bar between the columns. */
    public static List<String> rows(String locator, String query) {
        try (Connection connection = DriverManager.getConnection(jdbc(locator));
                Statement statement = connection.createStatement()) {
            return rows(statement, query);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Likewise, on a connection that is there. */
    public static List<String> rows(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String value = rows.getString(i);
                    row.append(i == 1 ? "" : "|").append(value == null ? "" : value);
                }
                found.add(row.toString());
            }
            return found;
        }
    }

    /** The port of a server of our own. */
    public int port() {
        return own().port();
    }

    private PostgresCluster own() {
        return own.orElseThrow(() -> new IllegalStateException("this server is not ours to start and stop"));
    }

    /** Ends all of its processes at once, as a crash does: the next start recovers from its log. */
    public void crash() throws IOException, InterruptedException {
        own().end("QUIT");
    }

    /** Kills each of its processes, as {@code kill -9} does or a machine that runs out of memory. */
    public void kill() throws InterruptedException {
        own().kill();
    }

    /** Ends it as an administrator does who does not wait for clients. */
    public void stop() throws IOException, InterruptedException {
        own().end("INT");
    }

    /** While it is down: makes it a standby that takes no writes when it is started again, or no standby any more. */
    public void setStandby(boolean standby) throws IOException {
        own().setStandby(standby);
    }

    /** Starts it again with what it left behind, where it was. */
    public void restart() throws IOException, InterruptedException {
        own().restart();
    }

    /** Ends a server of our own and removes all of it; of another's, removes the schemas that were made there. */
    @Override
    public void close() {
        try {
            if (own.isPresent()) {
                own.get().remove();
            } else {
                synchronized (schemas) {
                    schemas.forEach(schema -> execute("DROP SCHEMA " + schema + " CASCADE"));
                    schemas.clear();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
