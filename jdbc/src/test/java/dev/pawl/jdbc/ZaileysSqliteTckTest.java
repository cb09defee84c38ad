package dev.pawl.jdbc;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of a backend on the tables of zaileys in a SQLite file. */
final class ZaileysSqliteTckTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("made/by/zaileys.db");
        return Subject.stored(access -> SqliteBackend.builder()
                .file(file)
                .layout(Layout.ZAILEYS)
                .access(access)
                .open());
    }
}
