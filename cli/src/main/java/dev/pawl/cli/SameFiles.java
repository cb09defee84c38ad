package dev.pawl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Proof that two session directories hold the same files with the same bytes. What is Pawl's own in them does not count.
 *
 * @param files how many files were compared
 * @param bytes how big they are together
 */
record SameFiles(int files, long bytes) {

    /**
     * Compares them.
     *
     * @throws Failure naming the first difference
     */
    static SameFiles of(Path left, Path right) {
        try {
            List<String> names = names(left);
            if (!names.equals(names(right))) {
                throw Failure.problem("STORE_CORRUPTED " + right + ": has other files than " + left);
            }
            long bytes = 0;
            for (String name : names) {
                if (Files.mismatch(left.resolve(name), right.resolve(name)) >= 0) {
                    throw Failure.problem("STORE_CORRUPTED " + right.resolve(name) + ": differs from the original");
                }
                bytes += Files.size(left.resolve(name));
            }
            return new SameFiles(names.size(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare " + left + " and " + right, e);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
