package dev.pawl.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Other programs: where they are, and running them to their end. */
final class Programs {

    private Programs() {}

    /**
     * What a program left behind.
     *
     * @param status its exit status
     * @param output all it wrote to standard output, without the last line end
     * @param errors the end of what it wrote to standard error
     */
    record Result(int status, String output, String errors) {}

    /** Looks a program up on the PATH. */
    static Optional<Path> find(String name) {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(Pattern.quote(File.pathSeparator)))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a program; what it says is appended to a file. */
    static Process start(Path directory, List<String> command, Path said) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
                .start();
    }

    /**
     * Runs a program, for a while at most.
     *
     * @throws IOException when it cannot be started or does not end in time; then it was killed
     */
    static Result run(Path directory, long seconds, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("pawl-benchmark-", ".out");
        Path errors = Files.createTempFile("pawl-benchmark-", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    throw new IOException(command.get(0) + " did not end within " + seconds + " s");
                }
            } finally {
                process.destroyForcibly();
            }
            String err = Files.readString(errors).strip();
            return new Result(
                    process.exitValue(),
                    Files.readString(output).strip(),
                    err.substring(Math.max(0, err.length() - 2000)));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
