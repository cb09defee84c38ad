package dev.pawl.jdbc;

import dev.pawl.tck.MessageStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of the message store on a SQLite file. */
final class SqliteMessageStoreTest extends MessageStoreTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("pawl.db");
        return Subject.stored(access -> SqliteBackend.open(file, access));
    }
}
