package dev.pawl.jdbc;

import dev.pawl.tck.JobStoreTck;
import dev.pawl.tck.Subject;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import java.util.Optional;

/** The contract of jobs on a PostgreSQL server. */
final class PostgresJobStoreTest extends JobStoreTck {

    /** Emptied for each test: making its tables takes most of the time of a test. */
    private static Optional<String> locator = Optional.empty();

    @Override
    protected Subject subject(Path directory) {
        PostgresServer server = PostgresServer.shared();
        locator.ifPresent(used -> empty(server, used.substring(used.lastIndexOf('=') + 1)));
        String used = locator.orElseGet(server::newSchema);
        locator = Optional.of(used);
        return Subject.stored(access -> PostgresBackend.open(used, access));
    }

    private static void empty(PostgresServer server, String schema) {
        server.execute("DELETE FROM " + schema + ".pawl_jobs", "DELETE FROM " + schema + ".pawl_leases");
    }
}
