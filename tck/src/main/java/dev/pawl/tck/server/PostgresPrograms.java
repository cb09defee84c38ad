package dev.pawl.tck.server;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The programs of a PostgreSQL server: those on the PATH, those of Debian's packages, or those of a jar on the class path. */
final class PostgresPrograms {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private PostgresPrograms() {}

    /**
     * The directory they are in, or empty when there are none.
     *
     * @param unpacked where those of a jar are put
     */
    static Optional<Path> find(Path unpacked) throws IOException, InterruptedException {
        Optional<Path> installed = onPath("postgres").or(PostgresPrograms::ofDebian);
        return installed.isPresent() ? installed : ofJar(unpacked);
    }

    /** Looks a program up on the PATH. */
    static Optional<Path> program(String name) {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(Pattern.quote(File.pathSeparator)))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> onPath(String name) {
        return program(name).flatMap(found -> {
            try {
                return Optional.ofNullable(found.toRealPath().getParent()).filter(PostgresPrograms::isComplete);
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    private static Optional<Path> ofDebian() {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.filter(each -> isComplete(each.resolve("bin")))
                    .max(Comparator.comparingInt(PostgresPrograms::number))
                    .map(each -> each.resolve("bin"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int number(Path version) {
        String digits = String.valueOf(version.getFileName()).replaceAll("[^0-9].*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static boolean isComplete(Path directory) {
        return Files.isExecutable(directory.resolve("initdb")) && Files.isExecutable(directory.resolve("postgres"));
    }

    private static Optional<Path> ofJar(Path unpacked) throws IOException, InterruptedException {
        String system = String.valueOf(System.getProperty("os.name"))
                        .toLowerCase(Locale.ROOT)
                        .startsWith("mac")
                ? "darwin"
                : "linux";
        boolean arm = "aarch64".equals(System.getProperty("os.arch"));
        String name = "/postgres-" + system + (arm ? "-arm_64" : "-x86_64") + ".txz";
        try (InputStream archive = PostgresPrograms.class.getResourceAsStream(name)) {
            if (archive == null || program("tar").isEmpty()) {
                return Optional.empty();
            }
            Path file = unpacked.resolveSibling("programs.txz");
            Files.copy(archive, file);
            Files.createDirectories(unpacked);
            Process tar = new ProcessBuilder(
                            List.of("tar", "-xJf", file.toString(), "-C", unpacked.toString(), "--no-same-owner"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean done = tar.waitFor() == 0;
            Files.delete(file);
            return done ? Optional.of(unpacked.resolve("bin")).filter(PostgresPrograms::isComplete) : Optional.empty();
        }
    }
}
