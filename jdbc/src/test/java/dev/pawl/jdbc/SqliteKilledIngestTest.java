package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledIngestTck;
import java.io.IOException;
import java.nio.file.Path;

/** A process that takes events into a SQLite file is killed at some moment. */
final class SqliteKilledIngestTest extends KilledIngestTck {

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
