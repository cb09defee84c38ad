package dev.pawl.tck.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Another JVM that runs a main class of these tests. Closing it kills it. */
final class Child implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;

    private Child(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a main class. */
    static Child start(Class<?> main, String... arguments) throws IOException {
        return new Child(builder(command(main, arguments)).start());
    }

    /** Starts a main class from a shell, after this command; where there is no shell, the test is skipped. */
    static Child startAfter(String shellCommand, Class<?> main, String... arguments) throws IOException {
        if (!Files.isExecutable(Path.of("/bin/bash"))) {
            String reason = "there is no /bin/bash to limit a child process with";
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail(reason);
            }
            Assumptions.abort(reason);
        }
        List<String> command = new ArrayList<>(List.of("/bin/bash", "-c", shellCommand + "; exec \"$@\"", "child"));
        command.addAll(command(main, arguments));
        return new Child(builder(command).start());
    }

    /** The next line it prints, or empty when it has ended. */
    Optional<String> line() throws IOException {
        return Optional.ofNullable(lines.readLine());
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        // By its handle, because the process itself would close what was printed last, too.
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Waits for its own end. */
    int exitStatus() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the child process does not end");
        }
        return process.exitValue();
    }

    /** Also waits for that: whatever it was at work in may be deleted afterwards. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private static ProcessBuilder builder(List<String> command) {
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
