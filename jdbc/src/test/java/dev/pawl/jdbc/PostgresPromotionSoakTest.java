package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException.Code;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.tck.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A standby that has all that was acknowledged takes the place of a server that is gone, while sessions are written. */
@Timeout(300)
final class PostgresPromotionSoakTest {

    private static final int SESSIONS = 4;
    private static final Key KEY = Key.ofKey("session", "1");

    private static Row row(long n) {
        return Row.of(KEY, Bytes.utf8(Long.toString(n)));
    }

    private static SessionName session(int number) {
        return SessionName.of("s" + number);
    }

    @Test
    void anOpenStoreGoesOnWithThePromotedStandbyAndLosesNothing() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
        try (PostgresServer primary = PostgresServer.start();
                PostgresServer standby = primary.startStandby("second")) {
            primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'", "SELECT pg_reload_conf()");
            while (!PostgresServer.rows(primary.locator(), "SELECT sync_state FROM pg_stat_replication")
                    .equals(List.of("sync"))) {
                Pause.brief();
            }
            String both = "postgresql://postgres@127.0.0.1:" + primary.port() + ",127.0.0.1:" + standby.port()
                    + "/postgres?targetServerType=primary";
            try (PostgresBackend backend = PostgresBackend.open(both, Access.READ_WRITE)) {
                List<AtomicLong> acknowledged = new ArrayList<>();
                List<AtomicLong> tried = new ArrayList<>();
                List<Future<?>> writers = new ArrayList<>();
                for (int number = 0; number < SESSIONS; number++) {
                    AtomicLong last = new AtomicLong();
                    AtomicLong next = new AtomicLong();
                    acknowledged.add(last);
                    tried.add(next);
                    SessionName session = session(number);
                    writers.add(threads.submit(() -> write(backend, session, done, next, last)));
                }
                await(acknowledged, 50);
                requireStandbyIsReadAndNotWritten(standby);
                primary.crash();
                standby.execute("SELECT pg_promote()");
                await(acknowledged, 50);
                done.set(true);
                for (Future<?> writer : writers) {
                    writer.get();
                }
                for (int number = 0; number < SESSIONS; number++) {
                    long found = backend.get(session(number), KEY)
                            .map(row -> Long.parseLong(new String(row.value().toArray(), StandardCharsets.UTF_8)))
                            .orElse(0L);
                    assertThat(found)
                            .isBetween(
                                    acknowledged.get(number).get(),
                                    tried.get(number).get());
                }
                try (PostgresBackend reader = PostgresBackend.open(standby.locator(), Access.READ_ONLY)) {
                    assertThat(reader.locate(SessionName.DEFAULT, KEY))
                            .isEqualTo(backend.locate(SessionName.DEFAULT, KEY));
                }
            }
        } finally {
            done.set(true);
            threads.shutdown();
        }
    }

    private static void write(
            PostgresBackend backend,
            SessionName session,
            AtomicBoolean done,
            AtomicLong tried,
            AtomicLong acknowledged) {
        try (Lease lease = Lease.on(backend, session, "auth").acquire()) {
            while (!done.get()) {
                long next = tried.incrementAndGet();
                try {
                    lease.commit(Batch.of(row(next)));
                    acknowledged.set(next);
                } catch (UnavailableException | InDoubtException e) {
                    // It is tried again, with the next number.
                }
            }
        }
    }

    /** Waits until each has this many more. */
    private static void await(List<AtomicLong> acknowledged, long more) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
        for (AtomicLong each : acknowledged) {
            long goal = each.get() + more;
            while (each.get() < goal) {
                assertThat(System.nanoTime()).as("it goes on").isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
    }

    private static void requireStandbyIsReadAndNotWritten(PostgresServer standby) {
        try (PostgresBackend reader = PostgresBackend.open(standby.locator(), Access.READ_ONLY)) {
            assertThat(reader.get(session(0), KEY)).isPresent();
        }
        try (PostgresBackend writer = PostgresBackend.open(standby.locator(), Access.READ_WRITE)) {
            assertThat(writer.get(session(0), KEY)).isPresent();
            assertThatThrownBy(() -> writer.commit(SessionName.DEFAULT, Batch.of(row(1))))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_WRITE_FAILED))
                    .hasMessageContaining("standby");
        }
    }
}
