package dev.pawl.jdbc;

import dev.pawl.tck.server.PgBouncer;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A server behind PgBouncer in transaction mode, which has three connections for each database, shared by tests. */
final class Bounced {

    private static final int CONNECTIONS = 3;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Bounced() {}

    /** Both end with this process. */
    private static final class Shared {
        private static final PostgresServer SERVER =
                PostgresServer.start("fsync=off", "full_page_writes=off", "max_connections=1000");
        private static final PgBouncer BOUNCER = start();

        private static PgBouncer start() {
            try {
                return PgBouncer.start(SERVER, CONNECTIONS);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static PostgresServer server() {
        return Shared.SERVER;
    }

    /** A database of its own: the parameter that chooses a schema does not get through. */
    static String newDatabase() {
        String name = "b" + DATABASES.incrementAndGet();
        server().execute("CREATE DATABASE " + name + " TEMPLATE template0");
        return Shared.BOUNCER.locator(server().locator(name));
    }
}
