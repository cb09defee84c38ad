package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What real Baileys emits is what the tests of the history believe that it emits: another version of it that does
 * anything else about a stanza shows here.
 */
final class BaileysStreamsTest {

    private static final Path KEPT = Path.of("../core/src/test/resources/dev/pawl/message/streams");
    private static final long SECONDS = 120;

    @TempDir
    Path directory;

    @Test
    void baileysEmitsWhatIsKept() throws IOException, InterruptedException {
        Path program = BaileysInstallation.require().resolve("streams.mjs");
        Path said = directory.resolve("said.txt");
        Path streams = Files.createDirectory(directory.resolve("streams"));

        Process node = new ProcessBuilder("node", program.toString(), streams.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = node.waitFor(SECONDS, TimeUnit.SECONDS);
        node.destroyForcibly();

        String output = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(ended).as(output).isTrue();
        assertThat(node.exitValue()).as(output).isZero();
        assertThat(names(streams)).isEqualTo(names(KEPT)).isNotEmpty();
        for (String name : names(streams)) {
            assertThat(Files.readAllLines(streams.resolve(name)))
                    .as(name)
                    .isEqualTo(Files.readAllLines(KEPT.resolve(name)));
        }
    }

    private static List<String> names(Path streams) throws IOException {
        try (Stream<Path> files = Files.list(streams)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".rows.jsonl"))
                    .sorted()
                    .toList();
        }
    }
}
