package dev.pawl.jdbc;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of a backend on a SQLite database in memory. */
final class SqliteInMemoryTckTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(SqliteBackend::inMemory);
    }
}
