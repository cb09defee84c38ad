package dev.pawl.baileys;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Other programs: where they are, and what a short run of one says. */
final class Programs {

    private Programs() {}

    /** The file of a program on the PATH. */
    static Optional<Path> find(String name) {
        boolean windows = File.separatorChar == '\\';
        List<String> names = windows ? List.of(name + ".exe", name + ".cmd") : List.of(name);
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (String directory : path.split(File.pathSeparator)) {
            for (String candidate : names) {
                File file = new File(directory, candidate);
                if (!directory.isEmpty() && file.isFile() && file.canExecute()) {
                    return Optional.of(file.toPath());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Runs a program to its end.
     *
     * @param limit after which it is killed
     * @throws IOException when it cannot be started or does not end in time
     */
    static Result run(Path directory, Duration limit, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("pawl-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException(command.get(0) + " did not end within " + limit.toSeconds() + " s");
                }
                String text = Files.readString(output, StandardCharsets.UTF_8).strip();
                return new Result(process.exitValue(), text);
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(output);
        }
    }

    /**
     * What became of a run.
     *
     * @param status 0 when it went well
     * @param output all that it printed
     */
    record Result(int status, String output) {

        /** The end of the output, for a message. */
        String tail() {
            return output.substring(Math.max(0, output.length() - 1000));
        }
    }
}
