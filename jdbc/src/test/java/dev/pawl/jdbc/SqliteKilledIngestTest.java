package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.HistoryChild;
import dev.pawl.tck.process.KilledIngestTck;
import java.io.IOException;
import java.nio.file.Path;

/** A process that takes events into a SQLite file is killed at some moment. */
final class SqliteKilledIngestTest extends KilledIngestTck {

    private static Path file(Path place) {
        return place.resolve("pawl.db");
    }

    @Override
    protected String locator(Path place) {
        return "sqlite:" + file(place);
    }

    @Override
    protected ChildProcess start(Path errors) throws IOException {
        return SqliteChild.start(errors, HistoryChild.class);
    }

    @Override
    protected Backend open(Path place) {
        return SqliteBackend.open(file(place), Access.READ_WRITE);
    }
}
