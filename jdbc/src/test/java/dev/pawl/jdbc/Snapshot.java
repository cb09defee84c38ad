package dev.pawl.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything in a directory: names, bytes and times. Not to be taken while this process has a database in it open, because
 * reading the file gives up its locks.
 *
 * @param files by their path, the directory itself among them
 */
record Snapshot(SortedMap<Path, Entry> files) {

    /** One file. */
    record Entry(FileTime changed, String digest) {}

    static Snapshot of(Path directory) throws IOException {
        SortedMap<Path, Entry> files = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.forEach(path -> files.put(path, entry(path)));
        }
        return new Snapshot(files);
    }

    /** What a file holds; for a directory, that it is one. */
    String digest(Path file) {
        Entry entry = files.get(file);
        return entry == null ? "nothing" : entry.digest();
    }

    private static Entry entry(Path path) {
        try {
            String digest = Files.isDirectory(path)
                    ? "directory"
                    : HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
            return new Entry(Files.getLastModifiedTime(path), digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
