package dev.pawl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of our own, in a directory of its own, on a port that the operating system assigned, reachable from this machine only. Its settings are the defaults, so it forces each commit to
 * the medium. It does not run as root: for root it runs as {@code postgres} or {@code nobody}.
 */
final class PostgresServer extends LocalServer {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path cluster;
    private final List<String> command;
    private final String version;

    private PostgresServer(Path directory, int port, Path cluster, List<String> command, String version)
            throws IOException {
        super("PostgreSQL", directory, port, command);
        this.cluster = cluster;
        this.command = command;
        this.version = version;
    }

    /**
     * Starts a server.
     *
     * @param directory where there is nothing yet
     * @throws IOException saying what is missing
     */
    static PostgresServer start(Path directory) throws IOException, InterruptedException {
        Path programs = programs();
        Files.createDirectory(directory);
        List<String> prefix = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            String user = unprivileged(directory);
            Path change = Programs.find("setpriv")
                    .orElseThrow(() -> new IOException("setpriv is needed to start PostgreSQL from root"));
            prefix.addAll(List.of(
                    change.toString(), "--reuid=" + user, "--regid=" + group(directory, user), "--clear-groups"));
        }
        Path cluster = directory.resolve("cluster");
        Programs.Result made = Programs.run(
                directory,
                PATIENCE_SECONDS * 2,
                with(
                        prefix,
                        programs.resolve("initdb").toString(),
                        "--pgdata=" + cluster,
                        "--username=postgres",
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C"));
        if (made.status() != 0) {
            throw new IOException("initdb failed: " + made.errors());
        }
        String version = Programs.run(
                        directory,
                        PATIENCE_SECONDS,
                        List.of(programs.resolve("postgres").toString(), "--version"))
                .output();
        int port = freePort();
        List<String> command = with(
                prefix,
                programs.resolve("postgres").toString(),
                "-D",
                cluster.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=");
        PostgresServer server = new PostgresServer(directory, port, cluster, command, version);
        server.awaitAnswer();
        return server;
    }

    @Override
    String version() {
        return version + ", its own cluster, default settings (fsync and synchronous_commit on)";
    }

    /** An immediate shutdown: all of its processes end at once, and the next start recovers from the log. */
    @Override
    void crash() throws IOException, InterruptedException {
        Programs.run(
                cluster,
                PATIENCE_SECONDS,
                List.of("kill", "-QUIT", Long.toString(process().pid())));
        awaitEnd();
    }

    @Override
    void restart() throws IOException, InterruptedException {
        restart(command);
    }

    /** It takes connections before it takes requests, so it is asked for what it writes down about itself. */
    @Override
    boolean answers() throws IOException {
        try {
            List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
            return lines.contains(Long.toString(process().pid())) && lines.contains("ready   ");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static Path programs() throws IOException {
        Optional<Path> known = Programs.find("postgres");
        if (known.isPresent()) {
            Path directory = known.get().toRealPath().getParent();
            if (directory != null && Files.isExecutable(directory.resolve("initdb"))) {
                return directory;
            }
        }
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                Optional<Path> newest = versions.map(each -> each.resolve("bin"))
                        .filter(each -> Files.isExecutable(each.resolve("initdb")))
                        .max(Path::compareTo);
                if (newest.isPresent()) {
                    return newest.get();
                }
            }
        }
        throw new IOException("there is no PostgreSQL server (initdb, postgres) on this machine");
    }

    /** Gives the directory to a user that is not root, and names it. */
    private static String unprivileged(Path directory) throws IOException {
        for (String name : List.of("postgres", "nobody")) {
            try {
                UserPrincipal user = directory
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(name);
                Files.setOwner(directory, user);
                return name;
            } catch (UserPrincipalNotFoundException e) {
                // the next one, then
            }
        }
        throw new IOException("there is neither a user postgres nor nobody to run PostgreSQL as");
    }

    private static String group(Path directory, String user) throws IOException, InterruptedException {
        return Programs.run(directory, PATIENCE_SECONDS, List.of("id", "-g", user))
                .output();
    }

    private static List<String> with(List<String> prefix, String... command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        return all;
    }
}
