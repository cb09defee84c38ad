package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.tck.process.Acknowledgements;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.Lane;
import dev.pawl.tck.process.StoreChild;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many sessions, many threads and several processes on one PostgreSQL server. */
@Timeout(600)
final class PostgresSessionsTest {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final long PARENT = ProcessHandle.current().pid();
    private static final KeyType<JsonValue> TYPE = KeyType.json("session");

    private final String locator = PostgresServer.shared().newSchema();

    @TempDir
    private Path directory;

    private int connections(String application) {
        return Integer.parseInt(PostgresServer.rows(
                        locator, "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + application + "'")
                .get(0));
    }

    @Test
    void sixtyFourThreadsUseTwoHundredSessionsOverTenConnections() throws Exception {
        int sessions = 200;
        int turns = SOAK ? 2_000 : 20;
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try (Pawl pawl = Pawl.open(locator + "&max=10&ApplicationName=pawl-crowd")) {
            List<Future<int[]>> work = new ArrayList<>();
            for (int thread = 0; thread < 64; thread++) {
                int number = thread;
                work.add(threads.submit(() -> {
                    Random random = new Random(number);
                    int[] written = new int[sessions];
                    for (int turn = 1; turn <= turns; turn++) {
                        int session = random.nextInt(sessions);
                        AuthStore store = pawl.auth("session-" + session);
                        store.write(Updates.none().put(TYPE, "by-" + number, JsonNumber.of(turn)));
                        assertThat(store.read(TYPE, "by-" + number)).contains(JsonNumber.of(turn));
                        written[session] = turn;
                    }
                    return written;
                }));
            }
            List<int[]> written = new ArrayList<>();
            for (Future<int[]> each : work) {
                written.add(each.get());
            }
            assertThat(connections("pawl-crowd")).isBetween(1, 10);
            for (int session = 0; session < sessions; session++) {
                for (int thread = 0; thread < 64; thread++) {
                    int last = written.get(thread)[session];
                    if (last > 0) {
                        assertThat(pawl.auth("session-" + session).read(TYPE, "by-" + thread))
                                .contains(JsonNumber.of(last));
                    }
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    private static long beatThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("pawl-beat"))
                .count();
    }

    @Test
    void aThousandOpenSessionsCostOnePoolOfConnectionsAndOneThread() throws Exception {
        int sessions = 1_000;
        long beatsBefore = beatThreads();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (Pawl pawl = Pawl.open(locator + "&max=10&ApplicationName=pawl-thousand")) {
            List<Future<?>> opening = new ArrayList<>();
            for (int session = 1; session <= sessions; session++) {
                int number = session;
                opening.add(threads.submit(() ->
                        pawl.auth("session-" + number).write(Updates.none().put(TYPE, "peer", JsonNumber.of(number)))));
            }
            for (Future<?> each : opening) {
                each.get();
            }
            assertThat(pawl.sessions()).hasSize(sessions);
            assertThat(connections("pawl-thousand")).isBetween(1, 10);
            assertThat(beatThreads() - beatsBefore).isLessThanOrEqualTo(1);
        } finally {
            threads.shutdown();
        }
    }

    private ChildProcess child() throws Exception {
        ChildProcess child = ChildProcess.start(
                directory, List.of(), StoreChild.class, PostgresServer.shared().newSchema());
        assertThat(child.until("ready")).isEmpty();
        return child;
    }

    @Test
    void nodesThatTakeASessionFromOneAnotherLoseNothingAndTheLastOneFencesAllOthers() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/ns/pid")), "this system has no /proc, so that beats decide");
        Lane lane = new Lane(SessionName.DEFAULT, 0);
        List<String> sessions = List.of("default");
        int rounds = SOAK ? 100 : 3;
        ChildProcess holder = child();
        holder.tell(StoreChild.write(locator, sessions, 1, Long.MAX_VALUE / 2));
        try {
            for (int round = 0; round < rounds; round++) {
                Acknowledgements before = new Acknowledgements();
                while (before.of(lane) == 0) {
                    assertThat(holder.line()).isPresent().hasValueSatisfying(before::add);
                }
                ChildProcess next = child();
                try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
                    long pid = holder.pid();
                    assertThatThrownBy(() -> AuthStore.open(backend, SessionName.DEFAULT))
                            .isInstanceOf(InUseException.class)
                            .hasMessageContaining("process " + pid);
                }
                next.tell(StoreChild.takeOver(locator, sessions, 1, Long.MAX_VALUE / 2));
                before.add(holder.until("written"));
                assertThat(before.remarks()).contains("ended STORE_FENCED");
                Acknowledgements after = new Acknowledgements();
                while (after.of(lane) == 0) {
                    assertThat(next.line()).isPresent().hasValueSatisfying(after::add);
                }
                assertThat(after.of(lane)).isEqualTo(before.of(lane) + 1);
                holder.close();
                holder = next;
            }
            try (Backend backend = PostgresBackend.open(locator, Access.READ_ONLY)) {
                assertThat(lane.wholeStep(backend)).isPositive();
            }
        } finally {
            holder.close();
        }
    }

    @Test
    void aDeployHandsASessionOverWithoutAGap() throws Exception {
        Lane lane = new Lane(SessionName.DEFAULT, 0);
        try (ChildProcess old = child();
                Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            old.tell(StoreChild.write(locator, List.of("default"), 1, 30));
            Acknowledgements acknowledged = new Acknowledgements();
            acknowledged.add(old.until("written"));
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                Future<AuthStore> next = thread.submit(() -> AuthStore.opening(backend, SessionName.DEFAULT)
                        .timing(new LeaseTiming(
                                Duration.ofMillis(200), LeaseTiming.STANDARD.dead(), LeaseTiming.STANDARD.ticker()))
                        .waitForRelease(Duration.ofSeconds(30))
                        .open());
                old.tell("close");
                assertThat(old.rest()).containsExactly("closed");
                try (AuthStore store = next.get()) {
                    AuthState.loadOrCreate(store);
                    assertThat(lane.reached(store))
                            .isEqualTo(acknowledged.of(lane))
                            .isEqualTo(30);
                    lane.write(store, 31, PARENT);
                }
            } finally {
                thread.shutdown();
            }
            assertThat(lane.wholeEnd(backend)).isEqualTo(31);
        }
    }
}
