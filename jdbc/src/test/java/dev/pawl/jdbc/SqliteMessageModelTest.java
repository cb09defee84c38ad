package dev.pawl.jdbc;

import dev.pawl.tck.MessageModelTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** Random histories on a SQLite file. */
final class SqliteMessageModelTest extends MessageModelTck {

    @Override
    protected Subject subject(Path directory) {
        Path file = directory.resolve("pawl.db");
        return Subject.stored(access -> SqliteBackend.open(file, access));
    }

    @Override
    protected int histories() {
        return Boolean.getBoolean("pawl.soak") ? 1000 : 5;
    }
}
