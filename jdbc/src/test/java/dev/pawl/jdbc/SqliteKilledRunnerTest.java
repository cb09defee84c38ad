package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledRunnerTck;
import java.io.IOException;
import java.nio.file.Path;

/** Processes that run the jobs of a SQLite file are killed at some moment. */
final class SqliteKilledRunnerTest extends KilledRunnerTck {

    @Override
    protected String locator(Path place) {
        return SqliteChild.locator(place);
    }

    @Override
    protected ChildProcess start(Path errors, Class<?> main) throws IOException {
        return SqliteChild.start(errors, main);
    }

    @Override
    protected Backend open(Path place) {
        return SqliteChild.open(place);
    }
}
