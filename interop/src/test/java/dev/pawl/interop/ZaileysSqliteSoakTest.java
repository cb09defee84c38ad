package dev.pawl.interop;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.jdbc.Layout;
import dev.pawl.jdbc.SqliteBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Real zaileys and Pawl on one SQLite file. Not in the gate, since a binding has to be compiled for it. */
final class ZaileysSqliteSoakTest extends ZaileysTablesCase {

    @TempDir
    private Path directory;

    private Path file(String name) {
        return directory.resolve(name + ".db");
    }

    @Override
    Zaileys zaileys(String name) {
        return Zaileys.onSqlite(file(name));
    }

    @Override
    Backend open(String name, Access access) {
        return SqliteBackend.builder()
                .file(file(name))
                .layout(Layout.ZAILEYS)
                .access(access)
                .open();
    }
}
