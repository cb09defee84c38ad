package dev.pawl.jdbc;

import dev.pawl.tck.MessageStoreReadingTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of what a history reads, on a SQLite file. */
final class SqliteMessageReadingTest extends MessageStoreReadingTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("pawl.db");
        return Subject.stored(access -> SqliteBackend.open(file, access));
    }
}
