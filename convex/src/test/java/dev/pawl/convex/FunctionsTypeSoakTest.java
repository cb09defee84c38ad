package dev.pawl.convex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The functions have the types that a deployment checks before it takes them, with the strictest settings. */
@Timeout(300)
final class FunctionsTypeSoakTest {

    @Test
    void typesOfTheFunctionsAreRight() throws Exception {
        Path standIn = LocalConvex.packages().getParent();
        Process compiler = new ProcessBuilder("node", "node_modules/typescript/bin/tsc", "-p", "tsconfig.json")
                .directory(standIn.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEmpty();
        assertThat(compiler.waitFor()).isZero();
    }
}
