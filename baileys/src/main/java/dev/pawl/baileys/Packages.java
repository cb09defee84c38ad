package dev.pawl.baileys;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Node needs on disk: the bridge, which comes with this library, and the packages of npm, which do not.
 *
 * <p>The packages are installed once, exactly as the lock file in this library says, without running any script of theirs,
 * into a directory of the cache that is named after that lock file. One process installs, others wait for it; a half-made
 * installation is never used, because it gets its name last.
 */
final class Packages {

    static final int OLDEST_NODE = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Packages.class);
    private static final Duration LONGEST_INSTALLATION = Duration.ofMinutes(5);
    private static final List<String> BRIDGE = List.of(
            "bridge.mjs",
            "channel.mjs",
            "contexts.mjs",
            "credentials.mjs",
            "engine.mjs",
            "events.mjs",
            "files.mjs",
            "guards.mjs",
            "kept.mjs",
            "keys.mjs",
            "line.mjs",
            "link.mjs",
            "mends.mjs",
            "migrations.mjs",
            "owed.mjs",
            "placeholders.mjs",
            "pressure.mjs",
            "quiet.mjs",
            "received.mjs",
            "recent.mjs",
            "renewals.mjs",
            "resends.mjs",
            "sending.mjs",
            "together.mjs",
            "turns.mjs",
            "unfinished.mjs",
            "waited.mjs");
    private static final List<String> LOCK = List.of("package.json", "package-lock.json");

    /** File locks are of the whole process; threads of one are kept apart by this. */
    private static final ReentrantLock ONE_THREAD = new ReentrantLock();

    private final Path cache;

    Packages(Path cache) {
        this.cache = cache;
    }

    /** Where a user's caches are on this system. */
    static Path usualCache() {
        Optional<String> named = environment("PAWL_CACHE");
        if (named.isPresent()) {
            return Path.of(named.get());
        }
        Path home = Path.of(System.getProperty("user.home", "."));
        Path caches = System.getProperty("os.name", "").startsWith("Mac")
                ? home.resolve("Library").resolve("Caches")
                : environment("XDG_CACHE_HOME")
                        .or(() -> environment("LOCALAPPDATA"))
                        .map(Path::of)
                        .orElse(home.resolve(".cache"));
        return caches.resolve("pawl");
    }

    static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }

    /** The bridge, written out; the file to start. */
    Path bridge() throws IOException, InterruptedException {
        Path directory = cache.resolve("bridge-" + digest(BRIDGE));
        Path program = directory.resolve(BRIDGE.get(0));
        if (!Files.exists(program)) {
            make(directory, made -> copy(BRIDGE, made));
        }
        return program;
    }

    /** A directory of the cache in which Baileys is installed. */
    Path install() throws IOException, InterruptedException {
        Path directory = cache.resolve("baileys-" + digest(LOCK));
        if (Files.isDirectory(directory)) {
            return directory;
        }
        Path npm = Programs.find("npm")
                .orElseThrow(() -> TransportException.permanent(
                        "Baileys is not installed and there is no npm on the PATH to install it with: install Node "
                                + OLDEST_NODE + " or newer, or name a directory where it is with"
                                + " PAWL_BAILEYS_PACKAGES or BaileysTransport.Builder.packages"));
        LOG.info("installing Baileys {} in {}", pinned(), directory);
        make(directory, made -> {
            copy(LOCK, made);
            Programs.Result run = Programs.run(
                    made,
                    LONGEST_INSTALLATION,
                    List.of(
                            npm.toString(),
                            "ci",
                            "--ignore-scripts",
                            "--omit=dev",
                            "--prefer-offline",
                            "--no-audit",
                            "--no-fund"));
            if (run.status() != 0) {
                throw TransportException.failed("npm could not install Baileys: " + Scrub.line(run.tail()));
            }
        });
        return directory;
    }

    /**
     * Makes sure that a directory that somebody else filled has the version this library was made for.
     *
     * @throws TransportException when it has not
     */
    static void requirePinned(Path directory) throws IOException {
        Path description = directory.resolve("node_modules").resolve("baileys").resolve("package.json");
        if (!Files.exists(description)) {
            throw TransportException.permanent("there is no Baileys in " + directory + ": put the files of"
                    + " dev/pawl/baileys/node in the jar there and run npm ci --ignore-scripts");
        }
        String found = member(Bytes.wrap(Files.readAllBytes(description)), "version");
        if (!found.equals(pinned())) {
            throw TransportException.permanent(
                    "Baileys " + found + " is installed in " + directory + ", and " + pinned() + " is needed");
        }
    }

    /** The version of Baileys in the lock file. */
    static String pinned() throws IOException {
        JsonValue dependencies = ((JsonObject) JsonValue.parse(Bytes.wrap(resource(LOCK.get(0)))))
                .get("dependencies")
                .orElseThrow();
        return member(dependencies.toBytes(), "baileys");
    }

    private static String member(Bytes json, String name) throws IOException {
        try {
            if (JsonValue.parse(json) instanceof JsonObject object
                    && object.get(name).orElse(null) instanceof JsonString text) {
                return text.value();
            }
        } catch (JsonException e) {
            // Said below.
        }
        throw new IOException("no " + name + " in a package.json");
    }

    /** Makes a directory under another name and gives it its own when it is whole. */
    private void make(Path directory, Making making) throws IOException, InterruptedException {
        Files.createDirectories(cache);
        ONE_THREAD.lockInterruptibly();
        try (FileChannel channel =
                        FileChannel.open(cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = channel.lock()) {
            if (!held.isValid() || Files.isDirectory(directory)) {
                return;
            }
            Path made = Files.createTempDirectory(cache, ".making-");
            try {
                making.fill(made);
                Files.move(made, directory, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                remove(made);
            }
        } finally {
            ONE_THREAD.unlock();
        }
    }

    /** Clears away what was not finished; it would only take up room. */
    private static void remove(Path made) {
        if (!Files.exists(made)) {
            return;
        }
        try (Stream<Path> all = Files.walk(made)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", made, e.toString());
        }
    }

    private static void copy(List<String> names, Path into) throws IOException {
        for (String name : names) {
            Files.write(into.resolve(name), resource(name));
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Packages.class.getResourceAsStream("node/" + name)) {
            if (in == null) {
                throw new IOException("this library has lost its resource node/" + name);
            }
            return in.readAllBytes();
        }
    }

    private static String digest(List<String> names) throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String name : names) {
                sha256.update(resource(name));
            }
            return HexFormat.of().formatHex(sha256.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface Making {
        void fill(Path directory) throws IOException, InterruptedException;
    }
}
