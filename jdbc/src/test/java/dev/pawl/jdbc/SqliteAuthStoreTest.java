package dev.pawl.jdbc;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of the auth store on a SQLite file. */
final class SqliteAuthStoreTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("pawl.db");
        return Subject.stored(access -> SqliteBackend.open(file, access));
    }
}
