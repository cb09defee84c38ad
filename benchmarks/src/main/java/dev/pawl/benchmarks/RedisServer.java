package dev.pawl.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Redis server of our own, in a directory of its own, reachable from this machine only. Its settings are the defaults: a snapshot after minutes, no log of what was written in between. */
final class RedisServer extends LocalServer {

    private static final String PROGRAM = "redis-server";

    private final List<String> command;
    private final String version;

    private RedisServer(Path directory, int port, List<String> command, String version) throws IOException {
        super("Redis", directory, port, command);
        this.command = command;
        this.version = version;
    }

    /**
     * Starts a server.
     *
     * @param directory where there is nothing yet
     * @throws IOException saying what is missing
     */
    static RedisServer start(Path directory) throws IOException, InterruptedException {
        Path program = Programs.find(PROGRAM)
                .orElseThrow(() -> new IOException("there is no Redis server (" + PROGRAM + ") on this machine"));
        Files.createDirectory(directory);
        String version = Programs.run(directory, PATIENCE_SECONDS, List.of(program.toString(), "--version"))
                .output();
        int port = freePort();
        List<String> command = List.of(
                program.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", "" + directory);
        RedisServer server = new RedisServer(directory, port, command, version.replaceFirst(" sha=.*", ""));
        server.awaitAnswer();
        return server;
    }

    @Override
    String version() {
        return version + ", its own, default settings (snapshots by the minute, no append-only file)";
    }

    @Override
    void crash() throws IOException, InterruptedException {
        process().destroyForcibly();
        awaitEnd();
    }

    @Override
    void restart() throws IOException, InterruptedException {
        restart(command);
    }

    /** While it loads a snapshot it says so instead. */
    @Override
    boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port()), 1000);
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException e) {
            return false;
        }
    }
}
