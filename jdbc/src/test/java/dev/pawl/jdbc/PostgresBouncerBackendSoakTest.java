package dev.pawl.jdbc;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of a backend through PgBouncer. */
final class PostgresBouncerBackendSoakTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        String locator = Bounced.newDatabase();
        return Subject.stored(access -> PostgresBackend.open(locator, access));
    }
}
