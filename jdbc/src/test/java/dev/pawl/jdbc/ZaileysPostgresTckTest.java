package dev.pawl.jdbc;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;

/** The contract of a backend on the tables of zaileys in PostgreSQL. */
final class ZaileysPostgresTckTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        String locator = PostgresServer.shared().newSchema() + "&layout=zaileys";
        return Subject.stored(access -> PostgresBackend.open(locator, access));
    }
}
