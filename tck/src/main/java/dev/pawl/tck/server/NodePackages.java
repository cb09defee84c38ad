package dev.pawl.tck.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A directory with a {@code package.json} whose packages of npm are installed in it, exactly as its lock file says.
 *
 * <p>Where Node or npm is missing or the installation fails, the calling test is skipped with the reason; under {@code
 * CI=true} it fails. Safe for several threads and for several JVMs at once: one installs, the others wait.
 */
public final class NodePackages {

    private static final int OLDEST_NODE = 20;
    private static final long INSTALL_SECONDS = 300;
    private static final String RECORD = ".pawl-installed";

    private NodePackages() {}

    /**
     * Finds a directory of this project and installs its packages, unless this very lock file is installed.
     *
     * @param module the directory of the module that has it
     * @param folder its name in there
     * @param program a file in it, by which it is known
     * @return the directory
     */
    public static synchronized Path require(String module, String folder, String program) {
        Path directory = locate(module, folder, program);
        try {
            requireNode();
            String wanted = digest(directory);
            if (!installed(directory).equals(wanted)) {
                install(directory, wanted);
            }
        } catch (IOException e) {
            throw missing("cannot prepare " + directory + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while preparing " + directory, e);
        }
        return directory;
    }

    /**
     * Has something made in an installed directory, unless it is there.
     *
     * @param result what is made, relative to the directory
     * @param command makes it
     */
    public static synchronized void make(Path directory, String result, String... command) {
        Path made = directory.resolve(result);
        try (FileChannel channel = lock(directory);
                var held = channel.lock()) {
            if (held.isValid() && !Files.exists(made)) {
                Result build = run(directory, INSTALL_SECONDS, command);
                if (build.status() != 0) {
                    throw missing("making " + made + " failed: " + build.output());
                }
            }
        } catch (IOException e) {
            throw missing("cannot make " + made + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + made + " was made", e);
        }
    }

    private static Path locate(String module, String folder, String program) {
        Path here = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        for (Path candidate : List.of(
                here.resolve(folder),
                here.resolve(module).resolve(folder),
                here.resolveSibling(module).resolve(folder))) {
            if (Files.exists(candidate.resolve(program))) {
                return candidate;
            }
        }
        throw new IllegalStateException("no " + module + "/" + folder + "/" + program + " near " + here);
    }

    private static void requireNode() throws IOException, InterruptedException {
        Result node = run(Path.of(""), 30, "node", "--version");
        int major = node.status() == 0 ? major(node.output()) : 0;
        if (major < OLDEST_NODE) {
            throw missing("Node " + OLDEST_NODE + " or newer is needed, found: " + node.output());
        }
    }

    private static int major(String version) {
        String digits = version.strip().replaceFirst("^v", "").replaceFirst("\\..*", "");
        return digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : 0;
    }

    private static FileChannel lock(Path directory) throws IOException {
        return FileChannel.open(directory.resolve(".npm-ci.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void install(Path directory, String wanted) throws IOException, InterruptedException {
        try (FileChannel channel = lock(directory);
                var held = channel.lock()) {
            if (!held.isValid() || installed(directory).equals(wanted)) {
                return;
            }
            Result ci = run(
                    directory,
                    INSTALL_SECONDS,
                    "npm",
                    "ci",
                    "--ignore-scripts",
                    "--prefer-offline",
                    "--no-audit",
                    "--no-fund");
            if (ci.status() != 0) {
                throw missing("npm ci in " + directory + " failed: " + ci.output());
            }
            Files.writeString(directory.resolve("node_modules").resolve(RECORD), wanted);
        }
    }

    private static String installed(Path directory) throws IOException {
        Path record = directory.resolve("node_modules").resolve(RECORD);
        return Files.exists(record) ? Files.readString(record) : "";
    }

    private static String digest(Path directory) throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(Files.readAllBytes(directory.resolve("package.json")));
            sha256.update(Files.readAllBytes(directory.resolve("package-lock.json")));
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a program to its end; one that cannot be started or does not end in time is a missing tool. */
    private static Result run(Path directory, long seconds, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("pawl-node-", ".txt");
        try {
            Process process = start(new ProcessBuilder(command)
                    .directory(directory.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile()));
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw missing(String.join(" ", command) + " did not end within " + seconds + " s");
            }
            return new Result(process.exitValue(), tail(Files.readString(output, StandardCharsets.UTF_8)));
        } finally {
            Files.delete(output);
        }
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw missing(e.getMessage() + " (install Node " + OLDEST_NODE + " or newer)");
        }
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 2000)).strip();
    }

    /** Skips the test, or fails it where tools must be present. The exception is returned for the compiler's sake. */
    private static RuntimeException missing(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            return new IllegalStateException("Node and its packages are required when CI=true: " + reason);
        }
        return Assumptions.<RuntimeException>abort("Node or its packages are not available: " + reason);
    }

    private record Result(int status, String output) {}
}
