package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.tck.JobStoreTck;
import dev.pawl.tck.Subject;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract of jobs on a PostgreSQL server. Making tables and opening connections takes longer than most of its tests: the
 * tables are emptied for each, and the first backend of each is the same one, opened once.
 */
final class PostgresJobStoreTest extends JobStoreTck {

    private static Optional<Opened> opened = Optional.empty();

    /**
     * What all tests share.
     *
     * @param locator of a schema of its own
     */
    private record Opened(String locator, PostgresBackend backend) {

        static Opened now() {
            String locator = PostgresServer.shared().newSchema();
            return new Opened(locator, PostgresBackend.open(locator, Access.READ_WRITE));
        }

        void empty() {
            String schema = locator.substring(locator.lastIndexOf('=') + 1);
            PostgresServer.shared()
                    .execute("DELETE FROM " + schema + ".pawl_jobs", "DELETE FROM " + schema + ".pawl_leases");
        }
    }

    /** Stays open for the next test. */
    private static final class Lasting extends ForwardingBackend {
        Lasting(Backend delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            // the last one closes it
        }
    }

    @AfterAll
    static void close() {
        opened.ifPresent(shared -> shared.backend().close());
        opened = Optional.empty();
    }

    @Override
    protected Subject subject(Path directory) {
        opened.ifPresent(Opened::empty);
        Opened shared = opened.orElseGet(Opened::now);
        opened = Optional.of(shared);
        AtomicBoolean first = new AtomicBoolean(true);
        return Subject.stored(access -> first.getAndSet(false) && access == Access.READ_WRITE
                ? new Lasting(shared.backend())
                : PostgresBackend.open(shared.locator(), access));
    }
}
