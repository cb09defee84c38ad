package dev.pawl.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Stores in files that are made once for a run of tests, and copied as often as they are asked for. */
final class StoreTemplates {

    private static final Path DIRECTORY = newDirectory();
    private static final Map<String, Path> MADE = new ConcurrentHashMap<>();

    private StoreTemplates() {}

    private static Path newDirectory() {
        try {
            Path directory = Files.createTempDirectory("pawl-templates-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Copies a store to a place where nothing is yet.
     *
     * @param name of the store, the same for all that are alike
     * @param make makes it at the place it is given; nobody may have it open afterwards
     */
    static void copy(String name, Path place, Consumer<Path> make) {
        Path template = MADE.computeIfAbsent(name, first -> {
            Path made = DIRECTORY.resolve(first);
            make.accept(made);
            return made;
        });
        try (Stream<Path> tree = Files.walk(template)) {
            for (Path path : tree.toList()) {
                Files.copy(path, place.resolve(template.relativize(path).toString()), COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
