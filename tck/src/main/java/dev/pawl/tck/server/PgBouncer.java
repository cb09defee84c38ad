package dev.pawl.tck.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/** PgBouncer in front of a server of our own: a pool that gives every transaction any of its few connections. */
public final class PgBouncer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;
    private static final int PORTS = 8;

    private final Path directory;
    private final Process process;
    private final int port;

    private PgBouncer(Path directory, Process process, int port) {
        this.directory = directory;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it.
     *
     * @param connections to the server, for each database
     * @throws TestAbortedException when the program is not on this machine; under {@code CI=true} that is a failure
     */
    public static PgBouncer start(PostgresServer server, int connections) throws IOException, InterruptedException {
        Optional<Path> program = PostgresPrograms.program("pgbouncer")
                .or(() -> Optional.of(Path.of("/usr/sbin/pgbouncer")).filter(Files::isExecutable));
        if (program.isEmpty()) {
            String reason = "there is no pgbouncer: install it";
            if ("true".equals(System.getenv("CI"))) {
                return Assertions.fail(reason);
            }
            throw new TestAbortedException(reason);
        }
        Path directory = Files.createTempDirectory("pawl-pgbouncer");
        List<String> command = new ArrayList<>(PostgresCluster.unprivileged(directory));
        Path settings = directory.resolve("pgbouncer.ini");
        command.addAll(List.of(program.get().toString(), settings.toString()));
        for (int attempt = 1; ; attempt++) {
            int port = PostgresCluster.freePort();
            Files.writeString(settings, settings(server.port(), port, connections));
            Path log = directory.resolve("pgbouncer.log");
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (answers(process, port)) {
                PgBouncer started = new PgBouncer(directory, process, port);
                Runtime.getRuntime().addShutdownHook(new Thread(started::close));
                return started;
            }
            process.destroyForcibly();
            if (attempt == PORTS) {
                throw new IOException(Files.readString(log));
            }
        }
    }

    private static String settings(int server, int port, int connections) {
        return String.join(
                "\n",
                "[databases]",
                "* = host=127.0.0.1 port=" + server + " user=postgres",
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = any",
                "pool_mode = transaction",
                "default_pool_size = " + connections,
                "max_client_conn = 1000",
                "ignore_startup_parameters = extra_float_digits,search_path",
                "");
    }

    private static boolean answers(Process process, int port) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return process.isAlive();
            } catch (IOException e) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        return false;
    }

    /** The same database, by way of this. */
    public String locator(String straight) {
        return straight.replaceFirst(":[0-9]+/", ":" + port + "/");
    }

    /** Ends it; clients lose their connections. It ends with this process at the latest. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            PostgresCluster.delete(directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
