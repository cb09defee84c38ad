package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.json.Bytes;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.sqlite.JDBC;

/**
 * A process that uses a database, and its handle. It does one command after the other and answers each with a line:
 * {@code ok} and a result, or the code of the exception and its message.
 *
 * <pre>
 * put ID SIZE    one key with a value of so many bytes
 * ids            the ids of all keys
 * reopen         close and open: the last one to close empties the log
 * sql A; B; C    statements on a connection of its own, which stays open
 * </pre>
 */
final class OtherProcess implements AutoCloseable {

    static final String TYPE = "session";

    private static final SessionName SESSION = SessionName.of("default");
    private static final String NOBODY = "65534";

    private final Process process;
    private final BufferedReader answers;

    private OtherProcess(ProcessBuilder builder) throws IOException {
        this.process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts one that does not open the database before its first command. */
    static OtherProcess start(Path file, Access access) throws IOException {
        return new OtherProcess(new ProcessBuilder(java(System.getProperty("java.class.path"), file, access)));
    }

    /** Starts one without the driver on its class path. */
    static OtherProcess startWithoutDriver(Path file, Access access) throws IOException {
        String driver = codeOf(JDBC.class).toString();
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).toAbsolutePath().toString().equals(driver))
                .collect(Collectors.joining(File.pathSeparator));
        return new OtherProcess(new ProcessBuilder(java(classPath, file, access)));
    }

    /** Starts one that has no place for the library of the driver. */
    static OtherProcess startWithoutLibrary(Path missing, Path file, Access access) throws IOException {
        List<String> command = new ArrayList<>(java(System.getProperty("java.class.path"), file, access));
        command.add(1, "-Dorg.sqlite.tmpdir=" + missing);
        return new OtherProcess(new ProcessBuilder(command));
    }

    /** Starts one whose files cannot grow over this, as on a disk that is full. */
    static OtherProcess startWithFilesUpTo(int kibibytes, Path file, Access access) throws IOException {
        require(Files.isExecutable(Path.of("/bin/bash")), "there is no /bin/bash to limit a process with");
        List<String> command =
                new ArrayList<>(List.of("/bin/bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "limited"));
        command.addAll(java(System.getProperty("java.class.path"), file, access));
        return new OtherProcess(new ProcessBuilder(command));
    }

    /**
     * Starts one that modes of files apply to: as this user, or as nobody when this is the superuser.
     *
     * @param copies where to put the classes, so that nobody can read them
     */
    static OtherProcess startWithoutPrivileges(Path copies, Path file, Access access) throws IOException {
        if (!isSuperuser()) {
            return start(file, access);
        }
        Path drop = Path.of("/usr/bin/setpriv");
        require(Files.isExecutable(drop), "the superuser may write everywhere, and there is no " + drop);
        List<String> command = new ArrayList<>(List.of(
                drop.toString(), "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--inh-caps=-all"));
        command.addAll(java(readableClassPath(copies), file, access));
        return new OtherProcess(new ProcessBuilder(command));
    }

    private static boolean isSuperuser() throws IOException {
        Path self = Path.of("/proc/self");
        require(Files.exists(self), "this system does not say who runs this");
        return Files.getAttribute(self, "unix:uid").equals(0);
    }

    private static void require(boolean met, String otherwise) {
        if (!met && "true".equals(System.getenv("CI"))) {
            Assertions.fail(otherwise);
        }
        Assumptions.assumeTrue(met, otherwise);
    }

    private static List<String> java(String classPath, Path file, Access access) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                classPath,
                OtherProcess.class.getName(),
                file.toString(),
                access.name());
    }

    private static String readableClassPath(Path copies) throws IOException {
        List<String> entries = new ArrayList<>();
        for (Class<?> one : List.of(Backend.class, SqliteBackend.class, OtherProcess.class, JDBC.class, Logger.class)) {
            Path source = codeOf(one);
            Path copy = copies.resolve("entry-" + entries.size() + (Files.isDirectory(source) ? "" : ".jar"));
            copyReadable(source, copy);
            entries.add(copy.toString());
        }
        return String.join(":", entries);
    }

    private static Path codeOf(Class<?> type) throws IOException {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static void copyReadable(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.sorted().toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.copy(path, copy);
                String mode = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString(mode));
            }
        }
    }

    /** Has it do something. */
    String does(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return Optional.ofNullable(answers.readLine()).orElse("(ended)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as a crash does. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Has it close the database and end. */
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Runs in the other process. */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        Access access = Access.valueOf(arguments[1]);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Optional<SqliteBackend> opened = Optional.empty();
        List<SqlConnection> connections = new ArrayList<>();
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            try {
                if (command.startsWith("sql ")) {
                    SqlConnection connection =
                            new SqlConnection(SqliteDriver.connect(SqliteDriver.url(file, "mode=rwc")));
                    connections.add(connection);
                    for (String statement : command.substring("sql ".length()).split(";")) {
                        connection.runOnce(statement);
                    }
                    answer("ok");
                    continue;
                }
                if (command.equals("reopen")) {
                    opened.ifPresent(SqliteBackend::close);
                    opened = Optional.empty();
                }
                if (opened.isEmpty()) {
                    opened = Optional.of(SqliteBackend.open(file, access));
                }
                answer("ok" + run(opened.get(), command.split(" ")));
            } catch (StoreException e) {
                answer(e.code() + " " + e.getMessage());
            }
        }
        opened.ifPresent(SqliteBackend::close);
    }

    private static String run(SqliteBackend backend, String[] command) {
        switch (command[0]) {
            case "put" -> put(backend, command[1], Integer.parseInt(command[2]));
            case "ids" -> {
                return " " + String.join(" ", ids(backend));
            }
            default -> {}
        }
        return "";
    }

    private static void answer(String line) {
        System.out.println(line.replace('\n', ' '));
        System.out.flush();
    }

    /** Puts one key with a value of so many bytes. */
    static void put(Backend backend, String id, int size) {
        String value = IntStream.range(0, size - 2).mapToObj(i -> "x").collect(Collectors.joining("", "\"", "\""));
        backend.commit(SESSION, Batch.of(Row.of(Key.ofKey(TYPE, id), Bytes.utf8(value))));
    }

    /** The ids of all keys. */
    static List<String> ids(Backend backend) {
        return backend.scan(SESSION, Scan.of(Family.KEY)).items().stream()
                .map(row -> row.key().id())
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
