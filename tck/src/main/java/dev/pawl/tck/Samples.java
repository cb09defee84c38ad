package dev.pawl.tck;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/**
 * Authentication directories written by real Baileys, byte for byte, for tests to copy and work on.
 *
 * <p>A sample is named by its directory: {@code paired}, {@code session-alice}, {@code corrupt/nul-bytes-creds}. The
 * {@code README.md} beside the files says what each one holds. Thread-safe; nothing is changed but the copies.
 */
public final class Samples {

    /** The sample whose file names some file systems cannot hold; they are made when it is copied. */
    public static final String HOSTILE_NAMES = "hostile-names";

    private static final String CORRUPT = "corrupt/";

    /** Samples that are no whole account: no credentials, or damaged on purpose. */
    private static final List<String> FRAGMENTS =
            List.of("awkward-ids", "falsy-values", HOSTILE_NAMES, "legacy-6.7-receiver");

    private static final Map<String, Map<String, byte[]>> SAMPLES = load();

    private Samples() {}

    /** The names of all samples, in alphabetical order. */
    public static List<String> names() {
        return List.copyOf(SAMPLES.keySet());
    }

    /** The names of the samples that hold a whole, healthy account: credentials, and keys where it has any. */
    public static List<String> accounts() {
        return names().stream()
                .filter(name -> !name.startsWith(CORRUPT) && !FRAGMENTS.contains(name))
                .toList();
    }

    /**
     * The names of the damaged samples, {@code corrupt/…}. In {@code corrupt/whitespace-creds} the credentials are
     * sound; {@code corrupt/missing-creds} and {@code corrupt/keys} have none.
     */
    public static List<String> corrupt() {
        return names().stream().filter(name -> name.startsWith(CORRUPT)).toList();
    }

    /**
     * The names of the files of a sample, in alphabetical order.
     *
     * @throws IllegalArgumentException when there is no such sample
     */
    public static List<String> files(String name) {
        return List.copyOf(contents(name).keySet());
    }

    /**
     * The bytes of one file of a sample, a fresh copy.
     *
     * @throws IllegalArgumentException when there is no such sample or file
     */
    public static byte[] bytes(String name, String file) {
        byte[] bytes = contents(name).get(file);
        if (bytes == null) {
            throw new IllegalArgumentException("sample " + name + " has no file " + file);
        }
        return bytes.clone();
    }

    /**
     * Copies a sample into a new directory and returns that directory, {@code directory/name}. Parents are created.
     *
     * <p>The files look an hour old: a damaged one that looks young may be in the middle of being written, for which
     * readers wait.
     *
     * <p>A file system that cannot hold the names of {@link #HOSTILE_NAMES} aborts the calling test with the reason.
     *
     * @throws IllegalArgumentException when there is no such sample
     * @throws UncheckedIOException when the directory exists or cannot be written
     */
    public static Path copyTo(Path directory, String name) {
        Map<String, byte[]> contents = contents(name);
        try {
            Path copy = directory.resolve(name);
            Files.createDirectories(copy.getParent());
            Files.createDirectory(copy);
            FileTime hourAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
            for (Map.Entry<String, byte[]> file : contents.entrySet()) {
                Path path = resolve(copy, file.getKey(), name);
                try {
                    Files.write(path, file.getValue(), StandardOpenOption.CREATE_NEW);
                    Files.setLastModifiedTime(path, hourAgo);
                } catch (FileAlreadyExistsException e) {
                    refuseUnlessHostile(name, file.getKey(), "two names are one file here", e);
                } catch (IOException e) {
                    refuseUnlessHostile(name, file.getKey(), e.toString(), e);
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy sample " + name + " to " + directory, e);
        }
    }

    /** The JSON text of {@code MANIFEST.json}: per directory and file the record type, the id and the value's shape. */
    public static String manifest() {
        return new String(resource("MANIFEST.json"), StandardCharsets.UTF_8);
    }

    /** The JSON text of {@code awkward-ids.map.json}: ids given to real Baileys and the files they became. */
    public static String awkwardIds() {
        return new String(resource("awkward-ids.map.json"), StandardCharsets.UTF_8);
    }

    private static Path resolve(Path copy, String file, String name) throws IOException {
        try {
            return copy.resolve(file);
        } catch (InvalidPathException e) {
            refuseUnlessHostile(name, file, "not a file name here", new IOException(e));
            throw new AssertionError("unreachable", e);
        }
    }

    private static void refuseUnlessHostile(String name, String file, String why, IOException cause)
            throws IOException {
        if (name.equals(HOSTILE_NAMES)) {
            Assumptions.abort("this file system cannot hold the hostile file name " + file + ": " + why);
        }
        throw cause;
    }

    private static Map<String, byte[]> contents(String name) {
        Map<String, byte[]> contents = SAMPLES.get(name);
        if (contents == null) {
            throw new IllegalArgumentException("no sample " + name + "; there are " + names());
        }
        return contents;
    }

    private static Map<String, Map<String, byte[]>> load() {
        Map<String, Map<String, byte[]>> samples = new TreeMap<>();
        for (Digest digest : digests()) {
            int slash = digest.path().lastIndexOf('/');
            if (slash >= 0) {
                samples.computeIfAbsent(digest.path().substring(0, slash), name -> new TreeMap<>())
                        .put(digest.path().substring(slash + 1), resource(digest.path()));
            }
        }
        Map<String, byte[]> hostile = samples.computeIfAbsent(HOSTILE_NAMES, name -> new TreeMap<>());
        new String(resource("hostile-names.tsv"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\t", 2))
                .forEach(line -> hostile.put(
                        URLDecoder.decode(line[0], StandardCharsets.UTF_8), line[1].getBytes(StandardCharsets.UTF_8)));
        return samples;
    }

    /** The lines of {@code SHA256SUMS}: what each committed file must be. */
    static List<Digest> digests() {
        List<Digest> digests = new ArrayList<>();
        new String(resource("SHA256SUMS"), StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> digests.add(new Digest(line.substring(0, 64), line.substring(66))));
        return digests;
    }

    static byte[] resource(String path) {
        try (InputStream in = Samples.class.getResourceAsStream("samples/" + path)) {
            if (in == null) {
                throw new FileNotFoundException("samples/" + path);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One committed file: its SHA-256 in hexadecimal, and its path below the samples. */
    record Digest(String sha256, String path) {}
}
