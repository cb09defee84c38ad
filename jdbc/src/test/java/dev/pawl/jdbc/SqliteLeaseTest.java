package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.LeaseTck;
import java.nio.file.Path;

/** The contract of ownership on a SQLite file. */
final class SqliteLeaseTest extends LeaseTck {

    @Override
    protected Backend open(Path place) {
        return SqliteBackend.open(place.resolve("pawl.db"), Access.READ_WRITE);
    }
}
