package dev.pawl.jdbc;

import dev.pawl.tck.MessageModelTck;
import dev.pawl.tck.Subject;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;

/** Random histories on a PostgreSQL server. */
final class PostgresMessageModelSoakTest extends MessageModelTck {

    @Override
    protected Subject subject(Path directory) {
        String locator = PostgresServer.shared().newSchema();
        return Subject.stored(access -> PostgresBackend.open(locator, access));
    }

    @Override
    protected int histories() {
        return 100;
    }
}
