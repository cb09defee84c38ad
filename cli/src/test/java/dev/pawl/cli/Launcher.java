package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code pawl} script in a checkout of its own, in which the build is done already: a jar that points at the classes of
 * this test run.
 */
final class Launcher {

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    private String javaOptions = "";

    private Launcher(Path root) {
        this.root = root;
    }

    /** Stands in a field until there is one. */
    static Launcher none() {
        return new Launcher(Path.of(""));
    }

    static Launcher in(Path root) throws IOException {
        Files.createDirectories(root.resolve("module/src/main"));
        Files.writeString(root.resolve("pom.xml"), "");
        Files.writeString(root.resolve("module/pom.xml"), "");
        Path script = Files.copy(Path.of("..", "pawl"), root.resolve("pawl"));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + script + " executable");
        }
        Path jar = root.resolve("cli/target/launcher/pawl.jar");
        Files.createDirectories(jar.getParent());
        write(jar);
        // The script builds when anything is newer than the jar.
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        return new Launcher(root);
    }

    private static void write(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, PawlCommand.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    /** Hands these options to the JVM. */
    Launcher javaOptions(String options) {
        javaOptions = options;
        return this;
    }

    /** Has this in its environment. */
    Launcher environment(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts it. Its output goes to the files out and err below the root. */
    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(root.resolve("pawl").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(root.resolve("out").toFile())
                .redirectError(root.resolve("err").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PAWL_JAVA_OPTS", javaOptions);
        builder.environment().putAll(environment);
        return builder.start();
    }

    Run run(String... arguments) throws IOException, InterruptedException {
        return run(new byte[0], arguments);
    }

    Run run(byte[] input, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException endedWithoutReading) {
            // What it printed tells.
        }
        return finished(process);
    }

    Run finished(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("pawl does not end");
        }
        return new Run(
                process.exitValue(),
                Files.readAllBytes(root.resolve("out")),
                Files.readString(root.resolve("err"), UTF_8));
    }
}
