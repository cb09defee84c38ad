package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Another JVM that runs a main class and is talked to in lines. Closing it kills it. */
public final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;
    private final Path errors;

    private ChildProcess(Process process, Path errors) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.errors = errors;
    }

    /**
     * Starts a main class.
     *
     * @param directory where its complaints are kept
     * @param options of the JVM
     */
    public static ChildProcess start(Path directory, List<String> options, Class<?> main, String... arguments)
            throws IOException {
        Path errors = Files.createTempFile(directory, "child", ".err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto"));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return new ChildProcess(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    /** Without logging, which would take longer than the rest of the start. */
    private static String classPath() {
        String separator = System.getProperty("path.separator");
        return Arrays.stream(System.getProperty("java.class.path").split(separator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(separator));
    }

    /** The number of the process. */
    public long pid() {
        return process.pid();
    }

    /** Says a line to it. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The next line it prints, or empty when it has ended. */
    public Optional<String> line() throws IOException {
        return Optional.ofNullable(lines.readLine());
    }

    /** The lines it prints until it ends. */
    public List<String> rest() throws IOException {
        List<String> rest = new ArrayList<>();
        for (Optional<String> line = line(); line.isPresent(); line = line()) {
            rest.add(line.get());
        }
        return rest;
    }

    /** The lines it prints up to this one, without it. */
    public List<String> until(String last) throws IOException {
        List<String> before = new ArrayList<>();
        for (Optional<String> line = line(); !line.equals(Optional.of(last)); line = line()) {
            List<String> soFar = before;
            assertThat(line)
                    .as(() -> "no line " + last + " after " + soFar + ": " + errors())
                    .isPresent();
            before.add(line.orElseThrow());
        }
        return before;
    }

    /** Ends it as {@code kill -9} does. What it has printed can still be read. */
    public void kill() throws InterruptedException {
        // By its handle, because the process itself would close what was printed last, too.
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Tells it to end, as {@code kill} does, and does not wait for that. */
    public void terminate() {
        // By its handle, because the process itself would close what is printed last, too.
        process.toHandle().destroy();
    }

    /** Has it stand still, wherever it is just now, as {@code kill -STOP} does. */
    public void stop() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Has it go on. */
    public void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        // Every shell has it built in, and not every system has it as a program.
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid())
                .redirectErrorStream(true)
                .start();
        assertThat(kill.waitFor()).as("kill -" + name).isZero();
    }

    /** Waits for its own end, which must be a good one. */
    public void requireSuccess() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(process.exitValue()).as(this::errors).isZero();
    }

    /** What it complained of. */
    public String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Also waits for that: whatever it was at work in may be deleted afterwards. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
