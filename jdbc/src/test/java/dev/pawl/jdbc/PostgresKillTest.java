package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledWriterTck;
import dev.pawl.tck.process.StoreChild;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A process that writes to a PostgreSQL server is killed at some moment; the server goes on. */
final class PostgresKillTest extends KilledWriterTck {

    private static final PostgresServer SERVER = PostgresServer.shared();

    private final Map<Path, String> schemas = new ConcurrentHashMap<>();

    private String schema(Path place) {
        try {
            Files.createDirectories(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return schemas.computeIfAbsent(place, first -> SERVER.newSchema());
    }

    @Override
    protected String locator(Path place, int number) {
        return schema(place) + "&ApplicationName=pawl-killed";
    }

    @Override
    protected ChildProcess start(Path errors) throws IOException {
        return ChildProcess.start(errors, List.of(), StoreChild.class, SERVER.newSchema());
    }

    /** What the killed one has sent is still carried out: this waits until the server has noticed its end. */
    private static void awaitEndOfKilled() {
        while (!PostgresServer.rows(
                        SERVER.locator(), "SELECT 1 FROM pg_stat_activity WHERE application_name = 'pawl-killed'")
                .isEmpty()) {
            Pause.brief();
        }
    }

    @Override
    protected Backend open(Path place, Access access) {
        awaitEndOfKilled();
        return PostgresBackend.open(schema(place), access);
    }

    @Override
    protected boolean exists(Path place) {
        awaitEndOfKilled();
        return PostgresServer.rows(schema(place), "SELECT to_regclass('pawl_schema') IS NOT NULL")
                .equals(List.of("t"));
    }

    @Override
    protected void requireNothingBeside(List<String> names, Before before) {
        assertThat(names).isEmpty();
    }
}
