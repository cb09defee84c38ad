package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.KilledServerIngestTck;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A PostgreSQL server is killed while events go in. */
final class PostgresKilledIngestTest extends KilledServerIngestTck {

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Backend openNew() {
        return PostgresBackend.builder()
                .url(server.newSchema())
                .access(Access.READ_WRITE)
                .patience(Duration.ofSeconds(20))
                .open();
    }

    @Override
    protected void kill() throws IOException, InterruptedException {
        server.crash();
    }

    @Override
    protected void restart() throws IOException, InterruptedException {
        server.restart();
    }
}
