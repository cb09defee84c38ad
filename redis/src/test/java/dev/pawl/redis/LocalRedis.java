package dev.pawl.redis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A Redis server of our own, in a temporary directory, on a port that the system gave, which ends with the tests: the
 * {@code redis-server} on the path, or the one that an artifact brings. Where there is neither, the calling test is
 * skipped, or fails when CI=true.
 */
public final class LocalRedis implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;
    private static final int ATTEMPTS = 5;

    private final Path directory;
    private final List<String> command;
    private final int port;
    private Process process;

    private LocalRedis(Path directory, List<String> command, int port, Process process) {
        this.directory = directory;
        this.command = command;
        this.port = port;
        this.process = process;
    }

    /** Starts a server with these settings beside those that keep it apart from others. */
    public static LocalRedis start(String... settings) {
        List<String> all = new ArrayList<>(List.of("--save", "", "--repl-diskless-sync-delay", "0"));
        all.addAll(List.of(settings));
        return start(Optional.empty(), all);
    }

    /** Starts a sentinel with a file of settings, which it rewrites. */
    static LocalRedis startSentinel(Path settings) {
        return start(Optional.of(settings), List.of("--sentinel"));
    }

    private static LocalRedis start(Optional<Path> file, List<String> settings) {
        Path program = program();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Path directory = Files.createTempDirectory("pawl-redis-");
                int port = freePort();
                List<String> command = new ArrayList<>();
                command.add(program.toString());
                file.ifPresent(path -> command.add(path.toString()));
                command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", "" + directory));
                command.addAll(settings);
                LocalRedis server = new LocalRedis(directory, command, port, launch(directory, command));
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                if (server.awaitAnswer()) {
                    return server;
                }
                // Somebody else got the port meanwhile.
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no Redis server could be started");
    }

    private static Path program() {
        Optional<Path> onPath = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(entry -> Path.of(entry, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
        return onPath.orElseGet(EmbeddedRedis::program);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Process launch(Path directory, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("server.log").toFile()))
                .start();
    }

    /** Waits until it answers, with an error too. */
    private boolean awaitAnswer() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (process.isAlive() && System.nanoTime() - end < 0) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                socket.setSoTimeout(1000);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                byte[] answer = new byte[8];
                int read = in.read(answer);
                String said = new String(answer, 0, Math.max(read, 0), StandardCharsets.US_ASCII);
                if (said.startsWith("+") || said.startsWith("-NOAUTH")) {
                    return true;
                }
            } catch (IOException notYet) {
                // Asked again.
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return false;
    }

    public int port() {
        return port;
    }

    /** Of this server's database 0. */
    public String url() {
        return "redis://127.0.0.1:" + port + "/0";
    }

    /** Ends it as a crash would. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends it in good order. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** Starts it once more, at the same place, as soon as no other program has its port. */
    public void restart() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        begin();
        while (!awaitAnswer()) {
            if (process.isAlive() || System.nanoTime() - end >= 0) {
                throw new IllegalStateException("the Redis server does not come back");
            }
            begin();
        }
    }

    /** Like {@link #restart} without waiting for it. */
    void begin() {
        try {
            process = launch(directory, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException gone) {
            // It was closed before.
        }
    }

    /** Skips the test, or fails it where tools must be present. */
    static RuntimeException missing(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            return new IllegalStateException("a Redis server is required when CI=true: " + reason);
        }
        return Assumptions.<RuntimeException>abort("there is no Redis server: " + reason);
    }
}
