package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledRunnerTck;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that run the jobs on a PostgreSQL server are killed at some moment; the server goes on. */
final class PostgresKilledRunnerTest extends KilledRunnerTck {

    private static final PostgresServer SERVER = PostgresServer.shared();

    private final Map<Path, String> schemas = new ConcurrentHashMap<>();

    @Override
    protected String locator(Path place) {
        return schemas.computeIfAbsent(place, first -> SERVER.newSchema());
    }

    @Override
    protected ChildProcess start(Path errors, Class<?> main) throws IOException {
        return ChildProcess.start(errors, List.of(), main, SERVER.newSchema());
    }

    @Override
    protected Backend open(Path place) {
        return PostgresBackend.open(locator(place), Access.READ_WRITE);
    }
}
