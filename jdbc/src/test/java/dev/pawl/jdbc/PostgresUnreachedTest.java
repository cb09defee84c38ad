package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.UnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is not reached is named with the reason and with what to check. */
final class PostgresUnreachedTest {

    private static void assertUnreached(String url, String reason) {
        assertThatThrownBy(() -> PostgresBackend.open(url, Access.READ_WRITE))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(" cannot be opened: " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://127.0.0.1:1/d, Connection to 127.0.0.1:1 refused. Check that the hostname and port are correct",
        "postgresql://no-such-host.invalid/d, no host of that name is known: check the name"
    })
    void whereNobodyListensTheReasonIsSaid(String url, String reason) {
        assertUnreached(url, reason);
    }

    @Test
    void whoSaysNothingIsNotTakenForAServer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertUnreached(
                    "postgresql://127.0.0.1:" + silent.getLocalPort() + "/d?sslmode=disable&socketTimeout=1",
                    "it does not answer in time: check that it is a PostgreSQL server");
        }
        // A host that does not even refuse cannot be had on one machine.
        SQLException connecting = new SQLException(
                "The connection attempt failed.", "08001", new SocketTimeoutException("Connect timed out"));
        assertThat(new PostgresFailures("here").noConnection(connecting))
                .hasMessageContaining("here cannot be reached: nobody answers there in time: check host and port");
    }
}
