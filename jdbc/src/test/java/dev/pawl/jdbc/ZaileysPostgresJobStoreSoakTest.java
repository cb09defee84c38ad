package dev.pawl.jdbc;

import dev.pawl.tck.JobStoreTck;
import dev.pawl.tck.Subject;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;

/** The contract of jobs on the tables of zaileys in PostgreSQL. */
final class ZaileysPostgresJobStoreSoakTest extends JobStoreTck {

    @Override
    protected Subject subject(Path directory) {
        String locator = PostgresServer.shared().newSchema() + "&layout=zaileys";
        return Subject.stored(access -> PostgresBackend.open(locator, access));
    }
}
