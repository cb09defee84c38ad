package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.LeaseTck;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The contract of ownership through PgBouncer. */
final class PostgresBouncerLeaseSoakTest extends LeaseTck {

    private final Map<Path, String> databases = new ConcurrentHashMap<>();

    @Override
    protected Backend open(Path place) {
        String locator = databases.computeIfAbsent(place, first -> Bounced.newDatabase());
        return PostgresBackend.open(locator, Access.READ_WRITE);
    }
}
