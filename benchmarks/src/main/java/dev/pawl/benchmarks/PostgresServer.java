package dev.pawl.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of our own, in a directory of its own, on a port that the operating system assigned, reachable from this machine only. Its settings are the defaults, so it forces each commit to
 * the medium. It does not run as root: for root it runs as {@code postgres} or {@code nobody}.
 */
final class PostgresServer implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final int port;
    private final String version;

    private PostgresServer(Process process, int port, String version) {
        this.process = process;
        this.port = port;
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
        File log = Files.createTempFile("pawl-benchmark-postgres-", ".log").toFile();
        log.deleteOnExit();
        Process process = new ProcessBuilder(with(
                        prefix,
                        programs.resolve("postgres").toString(),
                        "-D",
                        cluster.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories="))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        PostgresServer server = new PostgresServer(process, port, version);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        server.awaitConnections();
        return server;
    }

    int port() {
        return port;
    }

    /** As the server names itself. */
    String version() {
        return version;
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitConnections() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException e) {
                if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                    close();
                    throw new IOException("PostgreSQL did not start: " + e.getMessage(), e);
                }
            }
        }
    }

    /** Shuts the server down; its directory stays. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
