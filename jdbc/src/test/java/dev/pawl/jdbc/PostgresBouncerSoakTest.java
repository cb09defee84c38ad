package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.server.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many sessions, doubt and crashes through PgBouncer in transaction mode, with three connections for each database. */
final class PostgresBouncerSoakTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Bytes OWNER = Bytes.utf8("{\"owner\":1}");
    private static final Key KEY = Key.ofKey("session", "1");
    private static final KeyType<JsonValue> TYPE = KeyType.json("session");

    private static Row row(long n) {
        return Row.of(KEY, Bytes.utf8("{\"n\":" + n + "}"));
    }

    @Test
    void manySessionsOfTwoNodesShareThreeConnections() throws Exception {
        String locator = Bounced.newDatabase();
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try (Pawl one = Pawl.open(locator);
                Pawl other = Pawl.open(locator + "?max=20")) {
            List<Future<?>> work = new ArrayList<>();
            for (int number = 0; number < 100; number++) {
                AuthStore store = (number % 2 == 0 ? one : other).auth("session-" + number);
                work.add(threads.submit(() -> {
                    for (int turn = 1; turn <= 30; turn++) {
                        store.write(Updates.none().put(TYPE, "1", JsonNumber.of(turn)));
                        assertThat(store.read(TYPE, "1")).contains(JsonNumber.of(turn));
                    }
                }));
            }
            for (Future<?> each : work) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
        String database = locator.substring(locator.lastIndexOf('/') + 1);
        assertThat(PostgresServer.rows(
                        Bounced.server().locator(),
                        "SELECT count(*) <= 3 FROM pg_stat_activity WHERE datname = '" + database + "'"))
                .containsExactly("t");
        assertThat(PostgresServer.rows(
                        Bounced.server().locator(), "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CuttingProxy.Fate.class)
    void aCommitWhoseConnectionIsLostBeforeThePoolIsSettled(CuttingProxy.Fate fate) throws Exception {
        String pooled = Bounced.newDatabase();
        int port = Integer.parseInt(pooled.replaceFirst(".*:([0-9]+)/.*", "$1"));
        try (CuttingProxy proxy = new CuttingProxy(port);
                PostgresBackend backend = PostgresBackend.open(
                        pooled.replace(":" + port + "/", ":" + proxy.port() + "/"), Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(Row.of(LEASE, OWNER), row(0)));
            proxy.next(fate);
            backend.commit(SESSION, Batch.of(row(1)).with(Check.exact(LEASE, OWNER)));
            assertThat(backend.get(SESSION, KEY)).contains(row(1));
            backend.commit(SESSION, Batch.of(row(2)).with(Check.exact(LEASE, OWNER)));
            proxy.next(CuttingProxy.Fate.REQUEST_LOST);
            assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(3)))).isInstanceOf(InDoubtException.class);
            assertThat(backend.get(SESSION, KEY)).contains(row(2));
        }
    }

    @Test
    void theServerMayCrashBehindThePool() throws Exception {
        String locator = Bounced.newDatabase();
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(Row.of(LEASE, OWNER), row(0)));
            Bounced.server().crash();
            Bounced.server().restart();
            for (int n = 1; n <= 5; n++) {
                backend.commit(SESSION, Batch.of(row(n)).with(Check.exact(LEASE, OWNER)));
                assertThat(backend.get(SESSION, List.of(KEY)).values()).containsExactly(row(n));
            }
        }
    }

    @Test
    void aSchemaThatThePoolLeavesOutIsMissed() {
        String locator = Bounced.newDatabase() + "?currentSchema=apart";
        assertThatThrownBy(() -> PostgresBackend.open(locator, Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("ALTER ROLE");
    }
}
