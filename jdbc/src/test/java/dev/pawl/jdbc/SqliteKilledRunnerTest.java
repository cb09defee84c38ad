package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledRunnerTck;
import dev.pawl.tck.process.RunnerChild;
import java.io.IOException;
import java.nio.file.Path;

/** Processes that run the jobs of a SQLite file are killed at some moment. */
final class SqliteKilledRunnerTest extends KilledRunnerTck {

    private static Path file(Path place) {
        return place.resolve("pawl.db");
    }

    @Override
    protected String locator(Path place) {
        return "sqlite:" + file(place);
    }

    @Override
    protected ChildProcess start(Path errors) throws IOException {
        return SqliteChild.start(errors, RunnerChild.class);
    }

    @Override
    protected Backend open(Path place) {
        return SqliteBackend.open(file(place), Access.READ_WRITE);
    }
}
