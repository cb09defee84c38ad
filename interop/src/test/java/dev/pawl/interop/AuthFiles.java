package dev.pawl.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of an authentication directory: what Baileys sees of it, without Pawl's own directory. */
final class AuthFiles {

    private AuthFiles() {}

    /** File names with their bytes as ISO-8859-1 text, which loses nothing and reads well in a failure. */
    static Map<String, String> of(Path directory) {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents;
    }

    /** One file as what it is, text in UTF-8. */
    static String text(Path directory, String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the files to a new directory, and returns that. */
    static Path copy(Path from, Path to) {
        try {
            Files.createDirectories(to);
            for (Map.Entry<String, String> file : of(from).entrySet()) {
                Files.writeString(to.resolve(file.getKey()), file.getValue(), StandardCharsets.ISO_8859_1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return to;
    }

    /** A copy of the directory in {@code examples}, which real Baileys wrote. */
    static Path copyOfExample(Path to) {
        Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        while (!Files.isDirectory(root.resolve("examples/baileys-session"))) {
            root = root.getParent();
        }
        return copy(root.resolve("examples/baileys-session"), to);
    }
}
