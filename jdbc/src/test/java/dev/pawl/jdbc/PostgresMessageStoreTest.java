package dev.pawl.jdbc;

import dev.pawl.tck.MessageStoreTck;
import dev.pawl.tck.Subject;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;

/** The contract of the message store on a PostgreSQL server; with all examples in all ways under the profile soak. */
final class PostgresMessageStoreTest extends MessageStoreTck {

    @Override
    protected Subject subject(Path directory) {
        String locator = PostgresServer.shared().newSchema();
        return Subject.stored(access -> PostgresBackend.open(locator, access)).slow();
    }
}
