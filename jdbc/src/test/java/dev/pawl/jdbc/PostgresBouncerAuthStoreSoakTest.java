package dev.pawl.jdbc;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of the auth store through PgBouncer. */
final class PostgresBouncerAuthStoreSoakTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        String locator = Bounced.newDatabase();
        return Subject.stored(access -> PostgresBackend.open(locator, access));
    }
}
