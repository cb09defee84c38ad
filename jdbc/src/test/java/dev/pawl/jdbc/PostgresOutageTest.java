package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.StoreException.Code;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.tck.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of commits when the server ends, takes no writes, or has others in the way. */
@Timeout(120)
final class PostgresOutageTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key KEY = Key.ofKey("session", "1");

    /** What a test waits for in vain; a busy machine makes the tables and a connection in less. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    private static Row row(Key key, long n) {
        return Row.of(key, Bytes.utf8(Long.toString(n)));
    }

    /** Counts in a session that it owns, as fast as it can. */
    private static final class Writer implements Runnable {
        private final PostgresBackend backend;
        private final SessionName session;
        private final AtomicBoolean done;
        private final AtomicLong acknowledged = new AtomicLong();
        private final AtomicLong tried = new AtomicLong();
        private final Queue<StoreException> failures = new ConcurrentLinkedQueue<>();

        Writer(PostgresBackend backend, int number, AtomicBoolean done) {
            this.backend = backend;
            this.session = SessionName.of("s" + number);
            this.done = done;
        }

        @Override
        public void run() {
            try (Lease lease = Lease.on(backend, session, "auth").acquire()) {
                while (!done.get()) {
                    long next = tried.incrementAndGet();
                    try {
                        lease.commit(Batch.of(row(KEY, next), row(Key.ofKey("pre-key", "1"), next)));
                        acknowledged.set(next);
                    } catch (UnavailableException | InDoubtException e) {
                        failures.add(e);
                    }
                }
            }
        }

        /** Waits until this many more commits were acknowledged. */
        void await(long more) throws InterruptedException {
            long goal = acknowledged.get() + more;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (acknowledged.get() < goal) {
                assertThat(System.nanoTime())
                        .as(() -> "it goes on, after " + failures)
                        .isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }

        void requireNothingLost() {
            long found = number(KEY);
            assertThat(found).isEqualTo(number(Key.ofKey("pre-key", "1")));
            assertThat(found).isBetween(acknowledged.get(), tried.get());
        }

        private long number(Key key) {
            return backend.get(session, key)
                    .map(row -> Long.parseLong(new String(row.value().toArray(), StandardCharsets.UTF_8)))
                    .orElse(0L);
        }
    }

    @Test
    void theServerMayCrashStopAndStandByWhileSessionsAreWritten() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (PostgresServer server = PostgresServer.start();
                PostgresBackend backend = PostgresBackend.builder()
                        .url(server.locator() + "?max=4")
                        .patience(Duration.ofSeconds(15))
                        .open()) {
            String place = backend.locate(SESSION, KEY);
            assertThat(backend.traits().durability()).isEqualTo(Durability.POWER_LOSS);
            List<Writer> writers = new ArrayList<>();
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < 6; n++) {
                Writer writer = new Writer(backend, n, done);
                writers.add(writer);
                running.add(threads.submit(writer));
            }
            try {
                for (int round = 0; round < 4; round++) {
                    for (Writer writer : writers) {
                        writer.await(10);
                    }
                    switch (round) {
                        case 0, 1 -> server.crash();
                        case 2 -> {
                            server.execute("ALTER SYSTEM SET full_page_writes = off");
                            server.stop();
                        }
                        default -> {
                            server.stop();
                            server.setStandby(true);
                            server.restart();
                            requireReadableAndNotWritable(backend);
                            requireReadOnlyWorks(server.locator());
                            server.stop();
                            server.setStandby(false);
                        }
                    }
                    server.restart();
                }
                for (Writer writer : writers) {
                    writer.await(10);
                }
            } finally {
                done.set(true);
                for (Future<?> each : running) {
                    each.get();
                }
            }
            writers.forEach(Writer::requireNothingLost);
            // Another life of the server, and another way to it.
            assertThat(backend.traits().durability()).isEqualTo(Durability.PROCESS_CRASH);
            try (PostgresBackend other =
                    PostgresBackend.open(server.locator().replace("127.0.0.1", "localhost"), Access.READ_ONLY)) {
                assertThat(other.locate(SESSION, KEY)).isEqualTo(place);
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void requireReadableAndNotWritable(PostgresBackend backend) {
        SessionName other = SessionName.of("other");
        assertThat(backend.get(SessionName.of("s0"), KEY)).isPresent();
        assertThatThrownBy(() -> backend.commit(other, Batch.of(row(KEY, 1))))
                .isInstanceOfAny(UnavailableException.class, InDoubtException.class);
        assertThat(backend.get(other, KEY)).isEmpty();
    }

    private static void requireReadOnlyWorks(String standby) {
        try (PostgresBackend reader = PostgresBackend.open(standby, Access.READ_ONLY)) {
            assertThat(reader.get(SessionName.of("s0"), List.of(KEY, Key.CREDENTIALS)))
                    .containsOnlyKeys(KEY);
        }
        try (PostgresBackend writer = PostgresBackend.open(standby, Access.READ_WRITE)) {
            assertThatThrownBy(() -> writer.commit(SESSION, Batch.of(row(KEY, 2))))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_WRITE_FAILED))
                    .hasMessageContaining("standby");
        }
    }

    /** Somebody else's transaction on the same rows. */
    private static final class Other implements AutoCloseable {
        private final Connection connection;
        private final Statement statement;

        Other(String locator) throws SQLException {
            this.connection = DriverManager.getConnection(PostgresServer.jdbc(locator));
            this.statement = connection.createStatement();
            connection.setAutoCommit(false);
        }

        void does(String sql) throws SQLException {
            statement.execute(sql);
        }

        @Override
        public void close() throws SQLException {
            connection.rollback();
            connection.close();
        }
    }

    private static PostgresBackend impatient(String locator) {
        PostgresBackend backend = PostgresBackend.builder()
                .url(locator + "&max=1")
                .patience(SHORT)
                .open();
        backend.commit(SESSION, Batch.of(row(KEY, 1), row(Key.ofKey("session", "2"), 1)));
        return backend;
    }

    private static void requireRefused(PostgresBackend backend, Code code, String reason) {
        assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(KEY, 2))))
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(reason);
    }

    @Test
    void whoWaitsTooLongForAnotherWriterGivesUpAndNothingWasApplied() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        try (PostgresBackend backend = impatient(locator);
                Other other = new Other(locator)) {
            other.does("SELECT pg_advisory_xact_lock(" + 0x7061776c + ", "
                    + SESSION.name().hashCode() + ")");
            requireRefused(backend, Code.STORE_WRITE_FAILED, "another process");
            other.does("ROLLBACK");
            assertThat(backend.get(SESSION, KEY)).contains(row(KEY, 1));
            backend.commit(SESSION, Batch.of(row(KEY, 2)));
        }
    }

    @Test
    void aTimeLimitOfTheServerEndsACommitAndNothingWasApplied() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        // Shorter than the patience for locks, so that it is the limit that is met.
        String hurried = locator + "&options=-c%20statement_timeout=1500";
        try (PostgresBackend maker = impatient(locator);
                PostgresBackend backend = impatient(hurried);
                Other other = new Other(locator)) {
            // Making them may take longer on a busy machine.
            assertThat(maker.get(SESSION, KEY)).contains(row(KEY, 1));
            other.does("LOCK TABLE pawl_keys IN EXCLUSIVE MODE");
            requireRefused(backend, Code.STORE_WRITE_FAILED, "time limit");
            other.does("ROLLBACK");
            assertThat(backend.get(SESSION, KEY)).contains(row(KEY, 1));
            backend.commit(SESSION, Batch.of(row(KEY, 2)));
        }
    }

    @Test
    void whoFindsNoConnectionFreeGivesUpAfterAWhileAndGetsOneLater() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (PostgresBackend backend = PostgresBackend.builder()
                        .url(locator)
                        .max(1)
                        .patience(SHORT)
                        .open();
                Other other = new Other(locator)) {
            backend.commit(SESSION, Batch.of(row(KEY, 1)));
            other.does("LOCK TABLE pawl_keys IN ACCESS EXCLUSIVE MODE");
            Future<?> reader = thread.submit(() -> backend.get(SESSION, KEY));
            while (PostgresServer.rows(locator, "SELECT 1 FROM pg_locks WHERE NOT granted")
                    .isEmpty()) {
                Pause.brief();
            }
            assertThatThrownBy(() -> backend.get(SESSION, Key.CREDENTIALS))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_CONNECTION_FAILED));
            other.does("ROLLBACK");
            reader.get();
            assertThat(backend.get(SESSION, KEY)).contains(row(KEY, 1));
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void aCommitThatAnotherProgramLockedOutOfItsRowsIsTriedAgain() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        String unhurried = locator + "&options=-c%20deadlock_timeout=3s";
        try (PostgresBackend backend = PostgresBackend.open(unhurried, Access.READ_WRITE);
                Other other = new Other(locator)) {
            Key second = Key.ofKey("session", "2");
            backend.commit(SESSION, Batch.of(row(KEY, 1), row(second, 1)));
            // Not this one is to look for deadlocks. The others look once each time they wait, so there has to be one
            // then.
            other.does("SET deadlock_timeout = '1min'");
            other.does("UPDATE pawl_keys SET type = type WHERE id = '2'");
            Future<?> commit = thread.submit(() -> backend.commit(SESSION, Batch.of(row(KEY, 2), row(second, 2))));
            while (PostgresServer.rows(locator, "SELECT 1 FROM pg_locks WHERE NOT granted")
                    .isEmpty()) {
                Pause.brief();
            }
            other.does("UPDATE pawl_keys SET type = type WHERE id = '1'");
            other.does("COMMIT");
            commit.get();
            assertThat(backend.get(SESSION, KEY)).contains(row(KEY, 2));
            assertThat(backend.get(SESSION, second)).contains(row(second, 2));
        } finally {
            thread.shutdown();
        }
    }

    private static void awaitWaiting(String locator) {
        while (PostgresServer.rows(locator, "SELECT 1 FROM pg_locks WHERE NOT granted")
                .isEmpty()) {
            Pause.brief();
        }
    }

    @Test
    void rowsThatAnotherProgramHadInHandAreDeletedAndErasedAllTheSame() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE);
                Other other = new Other(locator)) {
            Key second = Key.ofKey("session", "2");
            for (boolean erased : List.of(false, true)) {
                backend.commit(SESSION, Batch.of(row(KEY, 1), row(second, 1)));
                other.does("UPDATE pawl_keys SET type = type WHERE id = '2'");
                Future<?> removal = thread.submit(() -> {
                    if (erased) {
                        backend.erase(SESSION, Set.of(Family.KEY), List.of());
                    } else {
                        backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(KEY, second)));
                    }
                });
                awaitWaiting(locator);
                other.does("COMMIT");
                removal.get();
                assertThat(backend.get(SESSION, List.of(KEY, second)))
                        .as(erased ? "erased" : "deleted")
                        .isEmpty();
            }
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void whoWaitsTooLongForTheirTurnInASessionGivesUp() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (PostgresBackend backend = impatient(locator)) {
            PostgresServer.executeAt(
                    locator,
                    "CREATE TABLE slow (until text)",
                    "INSERT INTO slow VALUES ('it is gone')",
                    "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
                            + " WHILE EXISTS (SELECT FROM slow) LOOP PERFORM pg_sleep(0.05); END LOOP;"
                            + " RETURN NEW; END'",
                    "CREATE TRIGGER waiting BEFORE UPDATE ON pawl_keys FOR EACH ROW EXECUTE FUNCTION wait()");
            Future<?> slow = thread.submit(() -> backend.commit(SESSION, Batch.of(row(KEY, 2))));
            while (PostgresServer.rows(locator, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                    .isEmpty()) {
                Pause.brief();
            }
            requireRefused(backend, Code.STORE_WRITE_FAILED, "commits of the same session before it");
            PostgresServer.executeAt(locator, "DELETE FROM slow");
            slow.get();
            assertThat(backend.get(SESSION, KEY)).contains(row(KEY, 2));
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void allWaitingTogetherTakesNoLongerThanThePatience() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Duration patience = Duration.ofSeconds(6);
        try (PostgresBackend backend = PostgresBackend.builder()
                        .url(locator)
                        .patience(patience)
                        .open();
                Other other = new Other(locator)) {
            backend.commit(SESSION, Batch.of(row(KEY, 1)));
            other.does("SELECT pg_advisory_xact_lock(" + 0x7061776c + ", "
                    + SESSION.name().hashCode() + ")");
            long before = System.nanoTime();
            Future<Throwable> first =
                    thread.submit(() -> catchThrowable(() -> backend.commit(SESSION, Batch.of(row(KEY, 2)))));
            awaitWaiting(locator);
            // So that there is time left for a connection, and for the lock, when the first one has given up.
            while (System.nanoTime() - before < patience.dividedBy(4).toNanos()) {
                Pause.brief();
            }
            // Waits for the first one, and then for the other process.
            long begun = System.nanoTime();
            requireRefused(backend, Code.STORE_WRITE_FAILED, "try again");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(patience.plus(patience.dividedBy(2)));
            assertThat(first.get()).isInstanceOf(UnavailableException.class);
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void theLevelOfIsolationOfARoleChangesNothing() throws Exception {
        String locator = PostgresServer.shared().newSchema();
        for (String level : List.of("serializable", "repeatable\\ read")) {
            String strict = locator + "&options=-c%20default_transaction_isolation="
                    + level.replace("\\", "%5C").replace(" ", "%20");
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try (PostgresBackend backend = PostgresBackend.open(strict, Access.READ_WRITE)) {
                assertThat(backend.get(SESSION, Key.ofKey(level, "0"))).isEmpty();
                List<Future<?>> writers = new ArrayList<>();
                for (int n = 0; n < 40; n++) {
                    Row row = row(Key.ofKey(level, "" + n), n);
                    writers.add(threads.submit(() -> backend.commit(SESSION, Batch.of(row))));
                }
                for (Future<?> writer : writers) {
                    writer.get();
                }
                assertThat(backend.partitions(SESSION, Family.KEY, Optional.empty(), 9)
                                .items())
                        .anyMatch(partition -> partition.name().equals(level)
                                && partition.rows().getAsLong() == 40);
            } finally {
                threads.shutdown();
            }
        }
    }
}
