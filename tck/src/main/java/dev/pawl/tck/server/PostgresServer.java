package dev.pawl.tck.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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

    private static final int PATIENCE_SECONDS = 60;
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final String locator;
    private final Optional<Own> own;
    private final List<String> schemas = new ArrayList<>();

    /** What there is of a server of our own. */
    private static final class Own {
        private final Path directory;
        private final List<String> command;
        private final int port;
        private Process process;

        Own(Path directory, List<String> command, int port, Process process) {
            this.directory = directory;
            this.command = command;
            this.port = port;
            this.process = process;
        }
    }

    /** Made once for the whole process. */
    private static final class Shared {
        private static final Optional<PostgresServer> SERVER = find();

        private static Optional<PostgresServer> find() {
            Optional<PostgresServer> given = Optional.ofNullable(System.getenv(VARIABLE))
                    .filter(url -> !url.isBlank())
                    .map(url -> new PostgresServer(url, Optional.empty()));
            return given.or(() -> startQuietly("fsync=off", "full_page_writes=off", "deadlock_timeout=500ms"));
        }
    }

    private PostgresServer(String locator, Optional<Own> own) {
        this.locator = locator;
        this.own = own;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
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
        String reason = "there is no PostgreSQL server: set " + VARIABLE + ", or install one";
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
        Path directory = Files.createTempDirectory("pawl-postgres");
        Optional<Path> programs = PostgresPrograms.find(directory.resolve("programs"));
        if (programs.isEmpty()) {
            delete(directory);
            return Optional.empty();
        }
        List<String> prefix = unprivileged(directory);
        Path cluster = directory.resolve("cluster");
        run(
                directory,
                with(
                        prefix,
                        programs.get().resolve("initdb").toString(),
                        "--pgdata=" + cluster,
                        "--username=postgres",
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync"));
        Files.writeString(
                cluster.resolve("pg_hba.conf"),
                "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 password\n");
        int port = freePort();
        List<String> command = new ArrayList<>(with(
                prefix,
                programs.get().resolve("postgres").toString(),
                "-D",
                cluster.toString(),
                "-p",
                Integer.toString(port)));
        List<String> all = new ArrayList<>(
                List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"));
        all.addAll(List.of(settings));
        all.forEach(setting -> command.addAll(List.of("-c", setting)));
        Own own = new Own(directory, command, port, launch(directory, command));
        awaitAnswer(own);
        return Optional.of(
                new PostgresServer("postgresql://postgres@127.0.0.1:" + port + "/postgres", Optional.of(own)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** PostgreSQL refuses to run as root: what to put before its commands, so that it does not. */
    private static List<String> unprivileged(Path directory) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        Optional<Path> change = PostgresPrograms.program("setpriv");
        for (String name : List.of("postgres", "nobody")) {
            try {
                Files.setOwner(
                        directory,
                        directory
                                .getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(name));
            } catch (UserPrincipalNotFoundException e) {
                continue;
            }
            if (change.isPresent()) {
                String group = run(directory, List.of("id", "-g", name));
                return List.of(change.get().toString(), "--reuid=" + name, "--regid=" + group, "--clear-groups");
            }
        }
        return List.of("unshare", "-U");
    }

    private static List<String> with(List<String> prefix, String... command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        return all;
    }

    private static String run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("pawl-postgres", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " does not end");
            }
            String text = Files.readString(said).strip();
            if (process.exitValue() != 0) {
                throw new IOException(text.substring(Math.max(0, text.length() - 500)));
            }
            return text;
        } finally {
            Files.delete(said);
        }
    }

    private static Path log(Path directory) {
        return directory.resolve("server.log");
    }

    private static Process launch(Path directory, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(directory).toFile()))
                .start();
    }

    /** It takes connections before it takes requests, so it is asked for what it writes down about itself. */
    private static void awaitAnswer(Own own) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!answers(own)) {
            if (own.process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                String said = Files.readString(log(own.directory)).strip();
                throw new IOException(said.substring(Math.max(0, said.length() - 500)));
            }
        }
    }

    private static boolean answers(Own own) throws IOException {
        try {
            List<String> lines = Files.readAllLines(own.directory.resolve("cluster/postmaster.pid"));
            return lines.contains(Long.toString(own.process.pid()))
                    && (lines.contains("ready   ") || lines.contains("standby "));
        } catch (NoSuchFileException e) {
            return false;
        }
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
        return own().port;
    }

    private Own own() {
        return own.orElseThrow(() -> new IllegalStateException("this server is not ours to start and stop"));
    }

    /** Ends all of its processes at once, as a crash does: the next start recovers from its log. */
    public void crash() throws IOException, InterruptedException {
        signal("QUIT");
    }

    /** Ends it as an administrator does who does not wait for clients. */
    public void stop() throws IOException, InterruptedException {
        signal("INT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process process = own().process;
        run(own().directory, List.of("/bin/sh", "-c", "kill -" + name + " " + process.pid()));
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("PostgreSQL does not end");
        }
    }

    /** While it is down: makes it a standby that takes no writes when it is started again, or no standby any more. */
    public void setStandby(boolean standby) throws IOException {
        Path signal = own().directory.resolve("cluster/standby.signal");
        if (standby) {
            Files.createFile(signal);
        } else {
            Files.delete(signal);
        }
    }

    /** Starts it again with what it left behind. */
    public void restart() throws IOException, InterruptedException {
        Own known = own();
        known.process = launch(known.directory, known.command);
        awaitAnswer(known);
    }

    /** Ends a server of our own and removes all of it; of another's, removes the schemas that were made there. */
    @Override
    public void close() {
        try {
            if (own.isPresent()) {
                Process process = own().process;
                if (process.isAlive()) {
                    signal("QUIT");
                }
                delete(own().directory);
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

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> tree = Files.walk(directory)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
