package dev.pawl.jdbc;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of a backend on a SQLite file. */
final class SqliteBackendTckTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("made/by/pawl.db");
        return Subject.stored(access -> SqliteBackend.open(file, access));
    }
}
