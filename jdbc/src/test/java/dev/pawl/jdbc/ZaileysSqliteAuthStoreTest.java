package dev.pawl.jdbc;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of the auth store on the tables of zaileys in a SQLite file. */
final class ZaileysSqliteAuthStoreTest extends AuthStoreTck {

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
