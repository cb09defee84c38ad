package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.jdbc.CuttingProxy.Fate;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Commits of which the connection is lost, at each place where it can be. */
final class PostgresDoubtTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Bytes OWNER = Bytes.utf8("{\"owner\":1}");
    private static final Check OURS = Check.exact(LEASE, OWNER);
    private static final Key KEY = Key.ofKey("session", "1");

    /** Longer than a busy machine takes for a new connection: half of it is what an answer may take. */
    private static final Duration LONG = Duration.ofSeconds(30);

    /** What a test waits for in vain. */
    private static final Duration SHORT = Duration.ofSeconds(4);

    private String straight = "";
    private String throughProxy = "";
    private CuttingProxy proxy;
    private PostgresBackend backend;

    @BeforeEach
    void open() throws IOException {
        straight = PostgresServer.shared().newSchema();
        assumeTrue(straight.contains("@127.0.0.1:"), "the server is not on this machine");
        int port = Integer.parseInt(straight.replaceFirst(".*:([0-9]+)/.*", "$1"));
        proxy = new CuttingProxy(port);
        // Then each commit is sent as text, by which the proxy knows it.
        throughProxy = straight.replace(":" + port + "/", ":" + proxy.port() + "/") + "&prepareThreshold=0";
        backend = open(LONG);
        backend.commit(SESSION, Batch.of(Row.of(LEASE, OWNER), row(0)));
    }

    @AfterEach
    void close() throws IOException {
        backend.close();
        proxy.close();
    }

    private PostgresBackend open(Duration patience) {
        return PostgresBackend.builder().url(throughProxy).patience(patience).open();
    }

    private static Row row(long n) {
        return Row.of(KEY, Bytes.utf8("{\"n\":" + n + "}"));
    }

    private Optional<Row> stored() {
        try (PostgresBackend other = PostgresBackend.open(straight, Access.READ_ONLY)) {
            return other.get(SESSION, KEY);
        }
    }

    @ParameterizedTest
    @EnumSource(Fate.class)
    void aCommitUnderALeaseIsCarriedOutWhereverTheConnectionGoes(Fate fate) {
        proxy.next(fate);
        backend.commit(SESSION, Batch.of(row(1)).with(OURS));
        assertThat(stored()).contains(row(1));
        backend.commit(SESSION, Batch.of(row(2)).with(OURS).with(Check.exact(KEY, row(1).value())));
        assertThat(stored()).contains(row(2));
    }

    @Test
    void aCommitThatArrivesAfterItWasSentAgainChangesNothing() throws Exception {
        proxy.next(Fate.DELAYED);
        backend.commit(SESSION, Batch.of(row(1)).with(OURS));
        backend.commit(SESSION, Batch.of(row(2)).with(OURS));
        proxy.deliver();
        assertThat(stored()).contains(row(2));
    }

    @Test
    void aCommitThatWasGivenUpNeverArrives() throws Exception {
        backend.commit(SESSION, Batch.of(row(0)).with(OURS));
        proxy.next(Fate.DELAYED);
        // It is sent again, and this time the lease is another's.
        try (PostgresBackend other = PostgresBackend.open(straight, Access.READ_WRITE)) {
            other.commit(SESSION, Batch.of(Row.of(LEASE, Bytes.utf8("{\"owner\":2}"))));
            assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(1)).with(OURS)))
                    .isInstanceOf(ConflictException.class);
            proxy.deliver();
            assertThat(stored()).contains(row(0));
        }
    }

    @ParameterizedTest
    @EnumSource(Fate.class)
    void aCommitThatChecksNoLeaseIsInDoubt(Fate fate) throws Exception {
        proxy.next(fate);
        assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(1))))
                .isInstanceOf(InDoubtException.class)
                .hasMessageContaining("may or may not");
        if (fate == Fate.DELAYED) {
            proxy.deliver();
        }
        assertThat(stored()).contains(row(fate == Fate.REQUEST_LOST ? 0 : 1));
        backend.commit(SESSION, Batch.of(row(2)));
        assertThat(stored()).contains(row(2));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            names = {"ANSWER_LOST", "REQUEST_LOST"})
    void aCommitIsInDoubtAsLongAsTheServerCannotBeReached(Fate fate) {
        try (PostgresBackend impatient = open(SHORT)) {
            // So that it has a connection.
            assertThat(impatient.get(SESSION, KEY)).contains(row(0));
            proxy.closeAfterNext();
            proxy.next(fate);
            assertThatThrownBy(() -> impatient.commit(SESSION, Batch.of(row(1)).with(OURS)))
                    .isInstanceOf(InDoubtException.class);
        }
        assertThat(stored()).contains(row(fate == Fate.ANSWER_LOST ? 1 : 0));
    }

    /** Connections, as long as there are some; then either failures or connections in the hands of others. */
    private DataSource ending(AtomicInteger left, boolean failing) {
        return new PGSimpleDataSource() {
            private static final long serialVersionUID = 1L;

            @Override
            public Connection getConnection() throws SQLException {
                boolean last = left.getAndDecrement() <= 0;
                if (last && failing) {
                    throw new IllegalStateException("this pool is shut");
                }
                Connection connection = DriverManager.getConnection(PostgresServer.jdbc(throughProxy));
                if (last) {
                    connection.createStatement().execute("BEGIN");
                }
                return connection;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommitStaysInDoubtWhenTheDataSourceGivesNothingToSettleItWith(boolean failing) {
        AtomicInteger left = new AtomicInteger(100);
        try (PostgresBackend other =
                PostgresBackend.builder().dataSource(ending(left, failing)).open()) {
            other.commit(SESSION, Batch.of(row(1)).with(OURS));
            left.set(1);
            proxy.next(Fate.ANSWER_LOST);
            assertThatThrownBy(() -> other.commit(SESSION, Batch.of(row(2)).with(OURS)))
                    .isInstanceOf(InDoubtException.class);
            assertThat(stored()).contains(row(2));
        }
    }

    @ParameterizedTest
    @EnumSource(Fate.class)
    void anErasureUnderALeaseIsCarriedOutWhereverTheConnectionGoes(Fate fate) {
        proxy.next(fate);
        backend.erase(SESSION, Set.of(Family.KEY), List.of(OURS));
        assertThat(stored()).isEmpty();
        backend.commit(SESSION, Batch.of(row(3)).with(OURS));
        assertThat(stored()).contains(row(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2"})
    void aCommitIsOneRoundTrip(String prepareThreshold) {
        String locator = straight.replaceFirst(":[0-9]+/", ":" + proxy.port() + "/");
        try (PostgresBackend other =
                PostgresBackend.open(locator + "&prepareThreshold=" + prepareThreshold, Access.READ_WRITE)) {
            List<Integer> exchanges = new ArrayList<>();
            for (int n = 1; n <= 12; n++) {
                int before = proxy.exchanges();
                other.commit(SESSION, Batch.of(row(n)).with(OURS).with(Check.absent(Key.CREDENTIALS)));
                exchanges.add(proxy.exchanges() - before);
            }
            // The first makes a connection, and one that was idle for long on a busy machine is looked at.
            assertThat(exchanges.subList(2, 12)).filteredOn(count -> count == 1).hasSizeGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void readingGoesOnWithANewConnection() {
        assertThat(backend.get(SESSION, KEY)).contains(row(0));
        int before = proxy.accepted();
        proxy.cut();
        assertThat(backend.get(SESSION, KEY)).contains(row(0));
        assertThat(proxy.accepted()).isGreaterThan(before);
    }

    @Test
    void aCommitAfterTheConnectionWasLostGoesOnWithANewOne() {
        proxy.cut();
        backend.commit(SESSION, Batch.of(row(1)).with(OURS));
        assertThat(stored()).contains(row(1));
    }
}
