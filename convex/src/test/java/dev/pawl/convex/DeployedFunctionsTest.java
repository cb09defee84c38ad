package dev.pawl.convex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who has the jar and not the repository deploys the same functions. */
final class DeployedFunctionsTest {

    @Test
    void theJarHasTheFunctionsAsTheyStandInTheRepository() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.list(Path.of("convex"))) {
            sources = files.toList();
        }
        assertThat(sources)
                .extracting(file -> String.valueOf(file.getFileName()))
                .containsExactlyInAnyOrder("pawl.ts", "pawlRows.ts", "schema.ts");
        for (Path source : sources) {
            try (InputStream packed = ConvexBackend.class.getResourceAsStream("functions/" + source.getFileName())) {
                assertThat(packed).as("%s", source).isNotNull();
                assertThat(new String(packed.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(Files.readString(source));
            }
        }
    }
}
