package dev.pawl.jdbc;

import dev.pawl.tck.JobStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of jobs on a SQLite file. */
final class SqliteJobStoreTest extends JobStoreTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("pawl.db");
        return Subject.stored(access -> SqliteBackend.open(file, access));
    }
}
