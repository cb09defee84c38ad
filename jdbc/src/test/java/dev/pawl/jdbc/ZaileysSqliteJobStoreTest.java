package dev.pawl.jdbc;

import dev.pawl.tck.JobStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of jobs on the tables of zaileys in a SQLite file. */
final class ZaileysSqliteJobStoreTest extends JobStoreTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("zaileys.db");
        return Subject.stored(access -> SqliteBackend.builder()
                .file(file)
                .layout(Layout.ZAILEYS)
                .access(access)
                .open());
    }
}
