package dev.pawl.jdbc;

import dev.pawl.tck.MessageStoreReadingTck;
import dev.pawl.tck.Subject;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;

/** The contract of what a history reads, on a PostgreSQL server, with all sizes of pages, of which the gate takes fewer. */
final class PostgresMessageReadingSoakTest extends MessageStoreReadingTck {

    @Override
    protected Subject subject(Path directory) {
        String locator = PostgresServer.shared().newSchema();
        return Subject.stored(access -> PostgresBackend.open(locator, access));
    }
}
