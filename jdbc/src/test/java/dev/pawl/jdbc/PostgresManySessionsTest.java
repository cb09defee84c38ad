package dev.pawl.jdbc;

import dev.pawl.tck.process.ManySessionsTck;
import dev.pawl.tck.server.PostgresServer;

/** Many sessions on one PostgreSQL server. */
final class PostgresManySessionsTest extends ManySessionsTck {

    private static final String NAME = "pawl-many";

    @Override
    protected String newPlace(int connections) {
        return PostgresServer.shared().newSchema() + "&max=" + connections + "&ApplicationName=" + NAME;
    }

    @Override
    protected int connections() {
        String count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + NAME + "'";
        return Integer.parseInt(
                PostgresServer.rows(PostgresServer.shared().locator(), count).get(0));
    }
}
