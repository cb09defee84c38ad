package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledWriterTck;
import dev.pawl.tck.process.StoreChild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import redis.clients.jedis.Jedis;

/** A process that writes to a Redis server is killed at some moment; the server goes on. */
final class RedisKillTest extends KilledWriterTck {

    private static final LocalRedis SERVER = LocalRedis.start();

    /** Children warm up in another database than the one they are killed in. */
    private static String warmUp() {
        return SERVER.url().replaceFirst("/0$", "/1");
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String namespace(Path place) {
        try {
            Files.createDirectories(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return place.toString();
    }

    @Override
    protected String locator(Path place, int number) {
        return SERVER.url() + "?namespace=" + namespace(place);
    }

    @Override
    protected ChildProcess start(Path errors) throws IOException {
        return ChildProcess.start(
                errors, List.of(), StoreChild.class, warmUp() + "?namespace=child-" + System.nanoTime());
    }

    /** What the killed one has sent is still carried out: this waits until the server has noticed its end. */
    private static void awaitEndOfKilled() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try (Jedis observer = TestRedis.connection(warmUp())) {
            while (observer.clientList().contains(" db=0 ")) {
                assertThat(System.nanoTime() - end)
                        .as("the killed one is still connected")
                        .isNegative();
                Thread.onSpinWait();
            }
        }
    }

    @Override
    protected Backend open(Path place, Access access) {
        awaitEndOfKilled();
        return RedisBackend.builder()
                .url(SERVER.url())
                .namespace(namespace(place))
                .access(access)
                .open();
    }

    @Override
    protected boolean exists(Path place) {
        awaitEndOfKilled();
        try (Jedis observer = TestRedis.connection(SERVER.url())) {
            return observer.keys("*").stream()
                    .anyMatch(key -> key.startsWith(namespace(place) + ":") && !key.contains(":pawl:lane:"));
        }
    }

    @Override
    protected void requireNothingBeside(List<String> names, Before before) {
        assertThat(names).isEmpty();
    }
}
