package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits of several sessions that share a transaction: what it does to each, and to what others have in hand. */
@Timeout(60)
final class PostgresGroupTest {

    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Bytes OWNER = Bytes.utf8("{\"owner\":1}");
    private static final Check OURS = Check.exact(LEASE, OWNER);
    private static final Key KEPT = Key.ofKey("session", "kept \u0000\u0001");
    private static final Key DELETED = Key.ofKey("session", "deleted");
    private static final List<Key> ALL = List.of(KEPT, DELETED, Key.CREDENTIALS);

    private final String locator = PostgresServer.shared().newSchema();

    private static Row row(Key key, int n) {
        return Row.of(key, Bytes.utf8("{ \"n\": " + n + ", \"text\": \"\\u0000\\ud800\" }"));
    }

    private static Batch change(int n) {
        return new Batch(List.of(OURS), List.of(row(KEPT, n), row(Key.CREDENTIALS, n)), List.of(DELETED));
    }

    private static SharedCommit shared(String session, int n, long number) {
        Batch batch = change(n);
        assertThat(SharedCommit.suits(batch)).isTrue();
        return new SharedCommit(SessionName.of(session), batch, OURS, number, 0);
    }

    private List<Boolean> run(UUID writer, SharedCommit... commits) throws SQLException {
        try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(locator));
                SqlConnection lent = new SqlConnection(connection, PostgresDialect.INSTANCE)) {
            assertThat(new GroupStatement(List.of(commits), writer, false).run(lent, false))
                    .isTrue();
        }
        return Stream.of(commits).map(SharedCommit::applied).toList();
    }

    private static void fill(PostgresBackend backend, String session, Bytes owner) {
        backend.commit(
                SessionName.of(session),
                Batch.of(Row.of(LEASE, owner), row(KEPT, 0), row(DELETED, 0), row(Key.CREDENTIALS, 0)));
    }

    private static Map<Key, Row> before() {
        return Map.of(KEPT, row(KEPT, 0), DELETED, row(DELETED, 0), Key.CREDENTIALS, row(Key.CREDENTIALS, 0));
    }

    private static Map<Key, Row> after(int n) {
        return Map.of(KEPT, row(KEPT, n), Key.CREDENTIALS, row(Key.CREDENTIALS, n));
    }

    private static Map<Key, Row> stored(PostgresBackend backend, String session) {
        return backend.get(SessionName.of(session), ALL);
    }

    @Test
    void eachIsAppliedWholeOrNotAtAllWhateverBecomesOfTheOthers() throws Exception {
        UUID writer = UUID.randomUUID();
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            fill(backend, "held", OWNER);
            fill(backend, "fenced", Bytes.utf8("{\"owner\":2}"));
            fill(backend, "given-up", OWNER);
            fill(backend, "damaged", Bytes.utf8("no json"));
            assertThat(run(writer, shared("given-up", 1, 6))).containsExactly(true);

            assertThat(run(
                            writer,
                            shared("fenced", 2, 2),
                            shared("given-up", 2, 4),
                            shared("nobody", 2, 2),
                            shared("held", 2, 2),
                            shared("damaged", 2, 2)))
                    .containsExactly(false, false, false, true, false);

            assertThat(stored(backend, "held")).isEqualTo(after(2));
            assertThat(stored(backend, "given-up")).isEqualTo(after(1));
            assertThat(stored(backend, "fenced")).isEqualTo(before());
            assertThat(stored(backend, "damaged")).isEqualTo(before());
            assertThat(stored(backend, "nobody")).isEmpty();
            assertThat(backend.get(SessionName.of("held"), LEASE)).contains(Row.of(LEASE, OWNER));
        }
    }

    @Test
    void oneThatArrivesAgainAfterItWasSentAloneChangesNothing() throws Exception {
        UUID writer = UUID.randomUUID();
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            fill(backend, "a", OWNER);
            fill(backend, "b", OWNER);
            assertThat(run(writer, shared("a", 2, 4))).containsExactly(true);
            for (boolean first : List.of(true, false)) {
                assertThat(run(writer, shared("a", 1, 2), shared("b", 1, 2))).containsExactly(false, first);
                assertThat(stored(backend, "a")).isEqualTo(after(2));
                assertThat(stored(backend, "b")).isEqualTo(after(1));
            }
        }
    }

    @Test
    void aTransactionThatFailsLeavesNothingOfAny() throws Exception {
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            fill(backend, "a", OWNER);
            fill(backend, "b", OWNER);
            PostgresServer.executeAt(
                    locator,
                    "ALTER TABLE pawl_keys ADD CHECK (session <> 'b' OR value <> convert_to('"
                            + row(KEPT, 1).value().utf8() + "', 'UTF8'))");
            SharedCommit[] both = {shared("a", 1, 2), shared("b", 1, 2)};
            assertThatThrownBy(() -> run(UUID.randomUUID(), both)).isInstanceOf(SQLException.class);
            assertThat(both).noneMatch(SharedCommit::applied);
            assertThat(stored(backend, "a")).isEqualTo(before());
            assertThat(stored(backend, "b")).isEqualTo(before());
        }
    }

    /** What a transaction has that writes a key of a session, as the server sees it. */
    private void record() throws SQLException {
        PostgresServer.executeAt(locator, "CREATE TABLE seen (locks int, waits text, forced text, transaction xid8)");
        PostgresServer.executeAt(
                locator,
                "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen SELECT count(*),"
                        + " current_setting('lock_timeout'), current_setting('synchronous_commit'),"
                        + " pg_current_xact_id() FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                        + " AND granted AND classid = " + SessionLock.LOCKS + "; RETURN NEW; END $$");
        PostgresServer.executeAt(
                locator, "CREATE TRIGGER see BEFORE INSERT ON pawl_keys FOR EACH ROW EXECUTE FUNCTION see()");
        PostgresServer.executeAt(
                locator, "CREATE TRIGGER see BEFORE UPDATE ON pawl_credentials FOR EACH ROW EXECUTE FUNCTION see()");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsSentInOneGoIsOneTransaction(int sessions) throws Exception {
        UUID writer = UUID.randomUUID();
        int times = 8;
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE);
                Connection connection = DriverManager.getConnection(
                        PostgresServer.jdbc(locator) + "&prepareThreshold=3&options=-c%20synchronous_commit=off");
                SqlConnection lent = new SqlConnection(connection, PostgresDialect.INSTANCE)) {
            IntStream.range(0, sessions).forEach(i -> fill(backend, "s" + i, OWNER));
            record();
            for (int n = 1; n <= times; n++) {
                long number = 2L * n;
                int time = n;
                List<SharedCommit> commits = IntStream.range(0, sessions)
                        .mapToObj(i -> shared("s" + i, time, number))
                        .toList();
                assertThat(new GroupStatement(commits, writer, false).run(lent, false))
                        .isTrue();
                assertThat(commits).allMatch(SharedCommit::applied);
                // Nothing of it stays, neither locks nor settings.
                assertThat(lent.text("SHOW lock_timeout")).contains("0");
                assertThat(lent.text("SHOW synchronous_commit")).contains("off");
                assertThat(lent.text("SHOW plan_cache_mode")).contains("auto");
                assertThat(lent.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = "
                                + SessionLock.LOCKS + " AND pid = pg_backend_pid()"))
                        .contains("0");
            }
            assertThat(lent.text("SELECT count(*) FROM seen WHERE locks = " + sessions
                            + " AND waits = '100ms' AND forced = 'on'"))
                    .contains(Integer.toString(2 * times * sessions));
            assertThat(lent.text("SELECT count(DISTINCT transaction) FROM seen"))
                    .contains(Integer.toString(times));
        }
    }

    @Test
    void nothingIsDoneInTransactionsThatSeeTooLittleUnlessTheyAreBegunAsUsual() throws Exception {
        UUID writer = UUID.randomUUID();
        String options = "&options=-c%20default_transaction_isolation=serializable";
        try (PostgresBackend backend = PostgresBackend.open(locator + options, Access.READ_WRITE);
                Connection connection = DriverManager.getConnection(PostgresServer.jdbc(locator) + options);
                SqlConnection lent = new SqlConnection(connection, PostgresDialect.INSTANCE)) {
            fill(backend, "a", OWNER);
            fill(backend, "b", OWNER);
            for (List<String> sessions : List.of(List.of("a"), List.of("a", "b"))) {
                List<SharedCommit> commits = sessions.stream()
                        .map(session -> shared(session, 1, 2 * sessions.size()))
                        .toList();
                GroupStatement statement = new GroupStatement(commits, writer, false);
                Map<Key, Row> before = stored(backend, "a");
                assertThat(statement.run(lent, false)).isFalse();
                assertThat(commits).noneMatch(SharedCommit::applied);
                assertThat(stored(backend, "a")).isEqualTo(before);
                assertThat(statement.run(lent, true)).isTrue();
                assertThat(commits).allMatch(SharedCommit::applied);
                assertThat(stored(backend, "a")).isEqualTo(after(1));
            }
            for (int n = 2; n < 5; n++) {
                backend.commit(SessionName.of("a"), change(n));
                assertThat(stored(backend, "a")).isEqualTo(after(n));
            }
        }
    }

    /** All at once, as long as it takes until two of them were in one transaction. */
    private static void commitUntilShared(
            String locator, PostgresBackend backend, ExecutorService threads, int sessions) throws Exception {
        int n = 0;
        do {
            n++;
            commitAll(backend, threads, sessions, n);
        } while (PostgresServer.rows(
                        locator, "SELECT xmin FROM pawl_leases WHERE commits > 0 GROUP BY xmin HAVING count(*) > 1")
                .isEmpty());
    }

    private static void commitAll(PostgresBackend backend, ExecutorService threads, int sessions, int n)
            throws Exception {
        List<Callable<Object>> commits = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            SessionName session = SessionName.of("s" + i);
            commits.add(() -> {
                backend.commit(session, change(n));
                return session;
            });
        }
        for (Future<Object> commit : threads.invokeAll(commits)) {
            commit.get();
        }
        for (int i = 0; i < sessions; i++) {
            assertThat(stored(backend, "s" + i)).isEqualTo(after(n));
        }
    }

    /** Among groups as they come about, and by plans that the server keeps, which no test behind a proxy has. */
    @Test
    void whoIsFencedIsToldAndNobodyElseIs() throws Exception {
        int sessions = 8;
        ExecutorService threads = Executors.newFixedThreadPool(sessions + 1);
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            IntStream.range(0, sessions).forEach(i -> fill(backend, "s" + i, OWNER));
            fill(backend, "fenced", Bytes.utf8("{\"owner\":2}"));
            Future<?> fenced = threads.submit(() -> {
                for (int n = 0; n < 20; n++) {
                    assertThatThrownBy(() -> backend.commit(SessionName.of("fenced"), change(1)))
                            .isInstanceOfSatisfying(
                                    ConflictException.class,
                                    e -> assertThat(e.key()).contains(LEASE));
                }
            });
            commitUntilShared(locator, backend, threads, sessions);
            for (int n = 1_000; n < 1_010; n++) {
                commitAll(backend, threads, sessions, n);
            }
            fenced.get();
            assertThat(stored(backend, "fenced")).isEqualTo(before());
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void rowsAndLeasesThatAnotherProgramHasInHandAreAsItLeavesThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE);
                Connection other = DriverManager.getConnection(PostgresServer.jdbc(locator))) {
            fill(backend, "a", OWNER);
            fill(backend, "b", OWNER);
            other.setAutoCommit(false);
            // Whoever changes rows by hand knows no lock of a session.
            other.createStatement().execute("UPDATE pawl_keys SET type = type WHERE session = 'a'");
            other.createStatement()
                    .execute("UPDATE pawl_leases SET value = '{\"owner\":3}', commits = NULL WHERE session = 'b'");
            Future<?> first = threads.submit(() -> backend.commit(SessionName.of("a"), change(1)));
            Future<?> second =
                    threads.submit(() -> assertThatThrownBy(() -> backend.commit(SessionName.of("b"), change(1)))
                            .isInstanceOf(ConflictException.class));
            while (PostgresServer.rows(locator, "SELECT 1 FROM pg_locks WHERE NOT granted")
                            .size()
                    < 2) {
                Pause.brief();
            }
            other.commit();
            first.get();
            second.get();
            assertThat(stored(backend, "a")).isEqualTo(after(1));
            assertThat(stored(backend, "b")).isEqualTo(before());
        } finally {
            threads.shutdown();
        }
    }
}
