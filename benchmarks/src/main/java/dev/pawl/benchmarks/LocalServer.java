package dev.pawl.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of our own: one process, on a port of this machine that nobody else has, ended when this program ends. */
abstract class LocalServer implements AutoCloseable {

    static final int PATIENCE_SECONDS = 30;

    private final String name;
    private final Path directory;
    private final File log;
    private final int port;
    private volatile Process process;

    /**
     * Starts it and waits until it answers.
     *
     * @param name for people
     * @param directory its working directory
     * @param port a {@link #freePort}
     * @param command starts it in the foreground
     */
    LocalServer(String name, Path directory, int port, List<String> command) throws IOException {
        this.name = name;
        this.directory = directory;
        this.port = port;
        this.log = Files.createTempFile("pawl-benchmark-server-", ".log").toFile();
        log.deleteOnExit();
        this.process = started(command);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** As the server names itself, and what matters of its settings. */
    abstract String version();

    /** Its end in the middle of whatever it does, as its makers call it or as a crash would be. */
    abstract void crash() throws IOException, InterruptedException;

    /** Starts it again with what it left behind. */
    abstract void restart() throws IOException, InterruptedException;

    /** Whether it takes requests. */
    abstract boolean answers() throws IOException;

    final Process process() {
        return process;
    }

    /** Starts it again. */
    final void restart(List<String> command) throws IOException, InterruptedException {
        process = started(command);
        awaitAnswer();
    }

    private Process started(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    final void awaitAnswer() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!answers()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                close();
                String said = Files.readString(log.toPath()).strip();
                throw new IOException(name + " did not start: " + said.substring(Math.max(0, said.length() - 500)));
            }
        }
    }

    /** Waits for the end of a process that was told to end. */
    final void awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(name + " did not end");
        }
    }

    /** Shuts the server down; its directory stays. */
    @Override
    public final void close() {
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
