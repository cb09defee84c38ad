package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.tck.process.Acknowledgements;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.Lane;
import dev.pawl.tck.process.StoreChild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one SQLite file. */
@Timeout(300)
final class SqliteProcessTest {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final long PARENT = ProcessHandle.current().pid();
    private static final SessionName SESSION = SessionName.DEFAULT;

    @TempDir
    private Path directory;

    private final List<ChildProcess> children = new ArrayList<>();

    @AfterEach
    void end() {
        children.forEach(ChildProcess::close);
    }

    private Path file() {
        return directory.resolve("pawl.db");
    }

    private String locator() {
        return "sqlite:" + file();
    }

    /** Children that are ready, started at the same time. */
    private List<ChildProcess> children(int count) throws IOException {
        List<ChildProcess> started = new ArrayList<>();
        for (int child = 0; child < count; child++) {
            started.add(SqliteChild.start(directory));
        }
        children.addAll(started);
        for (ChildProcess child : started) {
            assertThat(child.until("ready")).isEmpty();
        }
        return started;
    }

    private ChildProcess locker() throws IOException {
        ChildProcess locker = SqliteChild.locker(directory, file());
        children.add(locker);
        assertThat(locker.line()).contains("locked");
        return locker;
    }

    private static void close(ChildProcess child) throws Exception {
        child.tell("close");
        assertThat(child.rest()).containsExactly("closed");
        child.requireSuccess();
    }

    @Test
    void twoProcessesThatWriteDifferentSessionsLoseNothingAndAThirdSeesOnlyWholeSteps() throws Exception {
        long steps = SOAK ? 20_000 : 400;
        List<Lane> lanes = List.of(
                new Lane(SessionName.of("one"), 0),
                new Lane(SessionName.of("one"), 1),
                new Lane(SessionName.of("two"), 0),
                new Lane(SessionName.of("two"), 1));
        List<ChildProcess> writers = children(2);
        writers.get(0).tell(StoreChild.write(locator(), List.of("one"), 2, steps));
        writers.get(1).tell(StoreChild.write(locator(), List.of("two"), 2, steps));
        assertThat(writers.get(0).line()).contains("opened");

        Acknowledgements acknowledged = new Acknowledgements();
        ExecutorService listeners = Executors.newFixedThreadPool(2);
        Set<String> moments = new HashSet<>();
        try (Backend backend = SqliteBackend.open(file(), Access.READ_ONLY)) {
            List<Future<List<String>>> said = new ArrayList<>();
            writers.forEach(writer -> said.add(listeners.submit(() -> writer.until("written"))));
            TreeMap<Integer, Long> seen = new TreeMap<>();
            while (!said.stream().allMatch(Future::isDone)) {
                for (int lane = 0; lane < lanes.size(); lane++) {
                    long step = lanes.get(lane).wholeStep(backend);
                    assertThat(step).isGreaterThanOrEqualTo(seen.getOrDefault(lane, 0L));
                    seen.put(lane, step);
                    moments.add(lane + " " + step);
                }
            }
            for (Future<List<String>> lines : said) {
                acknowledged.add(lines.get());
            }
        } finally {
            listeners.shutdown();
        }
        for (ChildProcess writer : writers) {
            close(writer);
        }
        // Neither was refused or failed, and the reader saw them at work.
        assertThat(acknowledged.remarks()).containsOnly("opened");
        assertThat(moments).hasSizeGreaterThan(20);
        try (SqliteBackend backend = SqliteBackend.open(file(), Access.READ_WRITE)) {
            for (Lane lane : lanes) {
                assertThat(acknowledged.of(lane)).isEqualTo(steps);
                assertThat(lane.wholeEnd(backend)).isEqualTo(steps);
            }
            assertThat(backend.check(SESSION)).isEmpty();
        }
    }

    @Test
    void ofTwoProcessesOnOneSessionTheSecondIsRefusedAndOneThatTakesOverFencesTheFirst() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/ns/pid")), "this system has no /proc, so that beats decide");
        Lane lane = new Lane(SESSION, 0);
        List<ChildProcess> processes = children(3);
        ChildProcess first = processes.get(0);
        first.tell(StoreChild.write(locator(), List.of("default"), 1, 50_000));
        Acknowledgements ofFirst = new Acknowledgements();
        while (ofFirst.of(lane) < 20) {
            assertThat(first.line()).isPresent().hasValueSatisfying(ofFirst::add);
        }

        processes.get(1).tell(StoreChild.write(locator(), List.of("default"), 1, 1));
        assertThat(processes.get(1).rest()).containsExactly("refused STORE_IN_USE", "closed");
        try (Backend backend = SqliteBackend.open(file(), Access.READ_WRITE)) {
            assertThatThrownBy(() -> AuthStore.open(backend, SESSION))
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining("process " + first.pid());
        }

        ChildProcess second = processes.get(2);
        second.tell(StoreChild.takeOver(locator(), List.of("default"), 1, 50));
        Acknowledgements ofSecond = new Acknowledgements();
        ofSecond.add(second.until("written"));
        ofFirst.add(first.until("written"));
        close(first);
        close(second);
        assertThat(ofFirst.remarks()).containsExactly("opened", "ended STORE_FENCED");
        assertThat(ofSecond.remarks()).containsExactly("opened");

        try (Backend backend = SqliteBackend.open(file(), Access.READ_ONLY)) {
            assertThat(lane.wholeEnd(backend)).isEqualTo(ofSecond.of(lane)).isEqualTo(ofFirst.of(lane) + 50);
            lane.writers(backend)
                    .forEach((step, writer) -> assertThat(writer)
                            .as("the writer of step %d", step)
                            .isEqualTo(step <= ofFirst.of(lane) ? first.pid() : second.pid()));
        }
    }

    @Test
    void aCommitWaitsForAProcessThatHasTheFileLocked() throws Exception {
        Lane lane = new Lane(SESSION, 0);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Backend backend = SqliteBackend.open(file(), Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SESSION)) {
            AuthState.loadOrCreate(store);
            ChildProcess locker = locker();
            Future<?> commit = thread.submit(() -> lane.write(store, 1, PARENT));
            assertThatThrownBy(() -> commit.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            // Who reads waits for nobody.
            assertThat(lane.wholeEnd(backend)).isZero();

            locker.tell("release");
            assertThat(locker.rest()).containsExactly("released");
            commit.get(30, TimeUnit.SECONDS);
            assertThat(lane.wholeEnd(backend)).isEqualTo(1);
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void aCommitThatWaitsLongerThanTheBusyTimeoutIsNotApplied() throws Exception {
        Lane lane = new Lane(SESSION, 0);
        try (Backend backend = SqliteBackend.builder()
                        .file(file())
                        .busyTimeout(Duration.ofMillis(200))
                        .open();
                AuthStore store = AuthStore.open(backend, SESSION)) {
            AuthState.loadOrCreate(store);
            lane.write(store, 1, PARENT);
            ChildProcess locker = locker();
            long start = System.nanoTime();
            assertThatThrownBy(() -> lane.write(store, 2, PARENT))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(StoreException.Code.STORE_WRITE_FAILED))
                    .hasMessageContaining("another program has it locked");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
            assertThat(lane.wholeEnd(backend)).isEqualTo(1);

            locker.tell("release");
            assertThat(locker.rest()).containsExactly("released");
            assertThat(lane.wholeEnd(backend)).isEqualTo(1);
            lane.write(store, 2, PARENT);
            assertThat(lane.wholeEnd(backend)).isEqualTo(2);
        }
    }

    @Test
    void aProcessThatDiesWithTheFileLockedHoldsNobodyUp() throws Exception {
        try (Backend backend = SqliteBackend.open(file(), Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SESSION)) {
            AuthState.loadOrCreate(store);
            locker().kill();
            new Lane(SESSION, 0).write(store, 1, PARENT);
            assertThat(new Lane(SESSION, 0).wholeEnd(backend)).isEqualTo(1);
        }
    }

    /**
     * The index of the log is written without a lock that readers take; they see by its checksum that it is half-way,
     * which on a busy machine it is for longer than a moment.
     */
    @Test
    void aReaderThatMeetsAHalfWrittenIndexOfTheLogLooksAgain() throws Exception {
        Lane lane = new Lane(SESSION, 0);
        ChildProcess writer = children(1).get(0);
        writer.tell(StoreChild.write(locator(), List.of("default"), 1, 5));
        writer.until("written");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (FileChannel index = FileChannel.open(
                        directory.resolve("pawl.db-shm"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                Backend backend = SqliteBackend.open(file(), Access.READ_ONLY)) {
            ByteBuffer header = ByteBuffer.allocate(96);
            index.read(header, 0);
            index.write(ByteBuffer.wrap(new byte[96]), 0);
            Future<Long> step = thread.submit(() -> lane.wholeStep(backend));
            assertThatThrownBy(() -> step.get(600, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            index.write(header.flip(), 0);
            assertThat(step.get(30, TimeUnit.SECONDS)).isEqualTo(5);
        } finally {
            thread.shutdown();
        }
        close(writer);
    }

    @Test
    void eightProcessesThatMakeTheSameFileAtOnceAllSucceed() throws Exception {
        List<ChildProcess> processes = children(8);
        for (int child = 0; child < processes.size(); child++) {
            processes.get(child).tell(StoreChild.write(locator(), List.of("session-" + child), 1, 12));
        }
        for (ChildProcess child : processes) {
            assertThat(child.until("written"))
                    .hasSize(13)
                    .startsWith("opened")
                    .allMatch(line -> !line.startsWith("ended"));
            close(child);
        }
        try (SqliteBackend backend = SqliteBackend.open(file(), Access.READ_ONLY)) {
            for (int child = 0; child < processes.size(); child++) {
                assertThat(new Lane(SessionName.of("session-" + child), 0).wholeEnd(backend))
                        .isEqualTo(12);
            }
            assertThat(backend.check(SESSION)).isEmpty();
        }
        try (Connection connection = SqliteDriver.connect(SqliteDriver.url(file(), "mode=ro"));
                Statement statement = connection.createStatement();
                ResultSet steps = statement.executeQuery("SELECT count(*), max(step) FROM pawl_schema")) {
            assertThat(steps.next()).isTrue();
            assertThat(steps.getInt(1)).isEqualTo(steps.getInt(2)).isPositive();
        }
    }
}
