package dev.pawl.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;

/** The server that a test artifact brings, for machines without one. */
final class EmbeddedRedis {

    private EmbeddedRedis() {}

    /** Unpacks it; the directory is removed when this JVM ends. */
    static Path program() {
        try {
            Path directory = Files.createTempDirectory("pawl-redis-program-");
            directory.toFile().deleteOnExit();
            Path program = ExecutableProvider.newJarResourceProvider(directory.toFile())
                    .get()
                    .toPath();
            program.toFile().deleteOnExit();
            return program;
        } catch (IOException | RuntimeException e) {
            throw LocalRedis.missing("none on the path, and none for this system in embedded-redis: " + e.getMessage());
        }
    }
}
