package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.tck.process.NodesTck;
import dev.pawl.tck.server.PostgresServer;

/** Several nodes on one PostgreSQL server. */
final class PostgresNodesTest extends NodesTck {

    @Override
    protected String newPlace() {
        return PostgresServer.shared().newSchema();
    }

    @Override
    protected void requireMadeOnce(String locator) {
        assertThat(PostgresServer.rows(locator, "SELECT step FROM pawl_schema")).containsExactly("1");
    }
}
