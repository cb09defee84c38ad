package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.tck.LeaseTck;
import java.nio.file.Path;

/** The contract of ownership on the tables of zaileys in a SQLite file. */
final class ZaileysSqliteLeaseTest extends LeaseTck {

    @Override
    protected Backend open(Path place) {
        return SqliteBackend.builder()
                .file(place.resolve("zaileys.db"))
                .layout(Layout.ZAILEYS)
                .open();
    }
}
