package dev.pawl.interop;

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
 * The directory {@code interop/node} with real Baileys installed in it, or another with another peer, exactly as its lock
 * file says.
 *
 * <p>Where Node or npm is missing or the installation fails, the calling test is skipped with the reason; under {@code
 * CI=true} it fails. Safe for several threads and for several JVMs at once: one installs, the others wait.
 */
final class BaileysInstallation {

    private static final int OLDEST_NODE = 20;
    private static final long INSTALL_SECONDS = 300;
    private static final String RECORD = ".pawl-installed";

    private BaileysInstallation() {}

    /** Installs Baileys unless this very lock file is installed, and returns the directory that holds {@code peer.mjs}. */
    static Path require() {
        return require("node", "peer.mjs");
    }

    /** Likewise real zaileys in {@code interop/zaileys}, with its programs. */
    static Path requireZaileys() {
        return require("zaileys", "redis.mjs");
    }

    /** Likewise, and the binding of SQLite in it, compiled from the source in its package. */
    static synchronized void requireSqliteOfZaileys() {
        Path directory = requireZaileys();
        Path binding = directory.resolve("node_modules/better-sqlite3/build/Release/better_sqlite3.node");
        try (FileChannel channel = lock(directory);
                var held = channel.lock()) {
            if (held.isValid() && !Files.exists(binding)) {
                Result build = run(
                        directory,
                        INSTALL_SECONDS,
                        "npm",
                        "rebuild",
                        "better-sqlite3",
                        "--ignore-scripts=false",
                        "--build-from-source=true");
                if (build.status() != 0) {
                    throw missing("compiling better-sqlite3 failed: " + build.output());
                }
            }
        } catch (IOException e) {
            throw missing("cannot compile better-sqlite3: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while better-sqlite3 was compiled", e);
        }
    }

    private static synchronized Path require(String folder, String program) {
        Path directory = locate(folder, program);
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
            throw new IllegalStateException("interrupted while preparing Baileys", e);
        }
        return directory;
    }

    private static Path locate(String folder, String program) {
        Path module = Path.of(System.getProperty("basedir", ""));
        for (Path candidate :
                List.of(module.resolve(folder), module.resolve("interop").resolve(folder))) {
            if (Files.exists(candidate.resolve(program))) {
                return candidate.toAbsolutePath();
            }
        }
        throw new IllegalStateException("no interop/" + folder + "/" + program + " near " + module.toAbsolutePath());
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
        Path output = Files.createTempFile("pawl-interop-", ".txt");
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
            return new IllegalStateException("real Baileys is required when CI=true: " + reason);
        }
        return Assumptions.<RuntimeException>abort("real Baileys is not available: " + reason);
    }

    private record Result(int status, String output) {}
}
