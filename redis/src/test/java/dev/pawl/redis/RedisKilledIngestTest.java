package dev.pawl.redis;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.KilledServerIngestTck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A Redis server that forces its log is killed while events go in. */
final class RedisKilledIngestTest extends KilledServerIngestTck {

    private static LocalRedis server;

    private int namespaces;

    @BeforeAll
    static void start() {
        server = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Backend openNew() {
        return RedisBackend.builder()
                .url(server.url())
                .namespace("n" + System.nanoTime() + "-" + ++namespaces)
                .access(Access.READ_WRITE)
                .open();
    }

    @Override
    protected void kill() {
        server.kill();
    }

    @Override
    protected void restart() {
        server.restart();
    }
}
