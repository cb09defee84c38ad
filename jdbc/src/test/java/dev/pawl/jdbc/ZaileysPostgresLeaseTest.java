package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.LeaseTck;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The contract of ownership on the tables of zaileys in PostgreSQL. */
final class ZaileysPostgresLeaseTest extends LeaseTck {

    private final Map<Path, String> schemas = new ConcurrentHashMap<>();

    @Override
    protected Backend open(Path place) {
        String locator =
                schemas.computeIfAbsent(place, first -> PostgresServer.shared().newSchema() + "&layout=zaileys");
        return PostgresBackend.open(locator, Access.READ_WRITE);
    }
}
