package dev.pawl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What directories of tests hold. */
final class Directories {

    private Directories() {}

    /** All files below a directory with their contents, those of Pawl too; text in one-byte characters keeps every byte. */
    static Map<String, String> everything(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            Map<String, String> contents = new TreeMap<>();
            for (Path file : (Iterable<Path>) files::iterator) {
                contents.put(
                        directory.relativize(file).toString(),
                        Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "");
            }
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only what Baileys knows of. */
    static Map<String, String> records(Path directory) {
        Map<String, String> contents = everything(directory);
        contents.keySet().removeIf(name -> name.isEmpty() || name.startsWith(".pawl"));
        return contents;
    }
}
