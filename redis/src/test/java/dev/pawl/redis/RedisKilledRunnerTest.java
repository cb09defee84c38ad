package dev.pawl.redis;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledRunnerTck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** Processes that run the jobs on a Redis server are killed at some moment; the server goes on. */
final class RedisKilledRunnerTest extends KilledRunnerTck {

    private static final LocalRedis SERVER = LocalRedis.start();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Override
    protected String locator(Path place) {
        return SERVER.url() + "?namespace=" + place;
    }

    @Override
    protected ChildProcess start(Path errors, Class<?> main) throws IOException {
        String other = SERVER.url().replaceFirst("/0$", "/1");
        return ChildProcess.start(errors, List.of(), main, other + "?namespace=child-" + System.nanoTime());
    }

    @Override
    protected Backend open(Path place) {
        return RedisBackend.builder()
                .url(SERVER.url())
                .namespace(place.toString())
                .access(Access.READ_WRITE)
                .open();
    }
}
