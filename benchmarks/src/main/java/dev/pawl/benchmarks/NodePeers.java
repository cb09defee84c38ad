package dev.pawl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The stores in Node: {@code benchmarks/node} with everything installed in it exactly as its lock file says, and its native module built. */
final class NodePeers {

    private static final int OLDEST_NODE = 20;
    private static final long INSTALL_SECONDS = 600;
    private static final String RECORD = ".pawl-installed";

    private final Path directory;

    /** Node and the peers in this directory. */
    NodePeers(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /**
     * Installs what is missing.
     *
     * @return which version of Node runs them
     * @throws IOException saying what is missing
     */
    String install() throws IOException, InterruptedException {
        String version = run(30, "node", "--version");
        String major = version.replaceFirst("^v(\\d{1,4}).*", "$1");
        if (!major.matches("\\d+") || Integer.parseInt(major) < OLDEST_NODE) {
            throw new IOException("Node " + OLDEST_NODE + " or newer is needed, this is " + version);
        }
        Path record = directory.resolve("node_modules").resolve(RECORD);
        String wanted = digest(version);
        if (!Files.exists(record) || !Files.readString(record).equals(wanted)) {
            System.err.println("installing the peers in " + directory + ": takes two minutes, once");
            run(INSTALL_SECONDS, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
            // The one package whose own script is run: it compiles SQLite's binding, from the source in the package.
            run(
                    INSTALL_SECONDS,
                    "npm",
                    "rebuild",
                    "better-sqlite3",
                    "--ignore-scripts=false",
                    "--build-from-source=true");
            Files.writeString(record, wanted);
        }
        return version;
    }

    /** The command of one trial. */
    List<String> command(TrialRequest request) {
        return List.of("node", "--expose-gc", "trial.mjs", request.json().toText());
    }

    private String run(long seconds, String... command) throws IOException, InterruptedException {
        Programs.Result result = Programs.run(directory, seconds, List.of(command));
        if (result.status() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + result.errors());
        }
        return result.output();
    }

    /** What an installation belongs to: the lock file and the Node that its binding was built for. */
    private String digest(String version) throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            List<Path> files = new ArrayList<>();
            files.add(directory.resolve("package.json"));
            files.add(directory.resolve("package-lock.json"));
            for (Path file : files) {
                sha256.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(sha256.digest()) + " " + version;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
