package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.tck.ManualTicker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes to a SQLite file is killed at some moment, and the next one opens the file: what was acknowledged
 * is there, and nothing is there in part.
 */
@Timeout(3_600)
final class SqliteKillTest {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final long PARENT = ProcessHandle.current().pid();
    private static final int ROWS = 2_000;

    /** Two sessions with two writing threads each. */
    private static final List<String> SESSIONS = List.of("one", "two");

    private static final List<Lane> LANES = SESSIONS.stream()
            .map(SessionName::of)
            .flatMap(session -> Stream.of(new Lane(session, 0), new Lane(session, 1)))
            .toList();

    @TempDir
    private Path directory;

    /** The moments are the same in every run, as far as moments can be. */
    private final Random random = new Random(7);

    /** Started ahead, while the last one is still being looked at. */
    private Optional<ChildProcess> next = Optional.empty();

    @BeforeEach
    void requireProc() {
        assumeTrue(Files.exists(Path.of("/proc/self/ns/pid")), "this system has no /proc, so that beats decide");
    }

    @AfterEach
    void endNext() {
        next.ifPresent(ChildProcess::close);
    }

    private static int kills(int gate, int soak) {
        return SOAK ? soak : gate;
    }

    /** A child that is ready, with the one after it on its way. */
    private ChildProcess child() throws IOException {
        Path errors = Files.createDirectories(directory.resolve("errors"));
        ChildProcess child = next.isPresent() ? next.get() : ChildProcess.start(errors, SqliteChild.class);
        next = Optional.of(ChildProcess.start(errors, SqliteChild.class));
        assertThat(child.line()).contains("ready");
        return child;
    }

    private Path file(String place) {
        return directory.resolve(place).resolve("pawl.db");
    }

    private Backend open(Path file, Access access) {
        return SqliteBackend.open(file, access);
    }

    /** Opens a session whose owner was killed, for which it takes no waiting. */
    private static AuthStore openAtOnce(Backend backend, SessionName session) {
        ManualTicker ticker = new ManualTicker();
        AuthStore store = AuthStore.opening(backend, session)
                .timing(LeaseTiming.STANDARD.with(ticker))
                .open();
        assertThat(ticker.elapsed()).isZero();
        return store;
    }

    private static void requireNothingBeside(Path file, String... besides) throws IOException {
        try (Stream<Path> names = Files.list(file.getParent())) {
            Set<String> others =
                    Stream.of(besides).map(suffix -> "pawl.db" + suffix).collect(Collectors.toSet());
            assertThat(names.map(name -> name.getFileName().toString()).filter(name -> !name.equals("pawl.db")))
                    .isSubsetOf(others);
        }
    }

    /** A moment within this time, now and then just behind it. */
    private void pause(long nanos) {
        LockSupport.parkNanos((long) (random.nextDouble() * 1.1 * nanos));
    }

    /** Looks at a file whose writer was killed, and writes a step more. */
    private void requireAllOf(
            Path file, Acknowledgements acknowledged, Map<Lane, Long> before, String when, String... besides)
            throws IOException {
        requireNothingBeside(file, besides);
        Map<Lane, Long> seen = new HashMap<>();
        if (random.nextBoolean()) {
            try (Backend backend = open(file, Access.READ_ONLY)) {
                LANES.forEach(lane -> seen.put(lane, lane.wholeEnd(backend)));
            } catch (UnavailableException e) {
                // Only a writer can roll a journal back; the one of the change to a log ahead guards no commit yet.
                assertThat(file.resolveSibling("pawl.db-journal")).exists();
                assertThat(e).hasMessageContaining("open it for writing once");
            }
        }
        try (Backend backend = open(file, Access.READ_WRITE)) {
            assertThat(((SqliteBackend) backend).check(SessionName.DEFAULT))
                    .as(when)
                    .isEmpty();
            for (Lane lane : LANES) {
                long reached = lane.wholeEnd(backend);
                long least = Math.max(acknowledged.of(lane), before.getOrDefault(lane, 0L));
                // One more may have been committed when it was killed before it could say so.
                assertThat(reached).as(when + ", " + lane).isBetween(least, least + 1);
                assertThat(seen.getOrDefault(lane, reached)).isEqualTo(reached);
                try (AuthStore store = openAtOnce(backend, lane.session())) {
                    AuthState.loadOrCreate(store);
                    lane.write(store, reached + 1, PARENT);
                }
                assertThat(lane.wholeEnd(backend)).isEqualTo(reached + 1);
                before.put(lane, reached + 1);
            }
        }
        requireNothingBeside(file);
    }

    @Test
    void aKilledWriterLosesNothingItAcknowledged() throws Exception {
        Path file = file("store");
        Map<Lane, Long> before = new HashMap<>();
        int kills = kills(7, 550);
        for (int kill = 1; kill <= kills; kill++) {
            Acknowledgements acknowledged = new Acknowledgements();
            // A log that is written and not forced survives a kill as well.
            String locator = "sqlite:" + file + (kill % 3 == 0 ? "?synchronous=normal" : "");
            try (ChildProcess child = child()) {
                child.tell(SqliteChild.write(locator, SESSIONS, 2, Long.MAX_VALUE / 2));
                for (int steps = 1 + random.nextInt(200); steps > 0; ) {
                    steps -= acknowledged.add(child.line().orElse("ended")) ? 1 : 0;
                    assertThat(acknowledged.remarks()).as("kill %d", kill).doesNotContain("ended");
                }
                pause(3_000_000);
                child.kill();
                acknowledged.add(child.rest());
            }
            assertThat(acknowledged.remarks()).containsOnly("opened");
            requireAllOf(file, acknowledged, before, "kill " + kill, "-wal", "-shm");
        }
    }

    @Test
    void aWriterThatIsKilledWhileItMakesTheFileLeavesNothingInTheWay() throws Exception {
        long longest;
        try (ChildProcess child = child()) {
            long start = System.nanoTime();
            child.tell(SqliteChild.write("sqlite:" + file("first"), SESSIONS, 2, 1));
            child.until("written");
            longest = System.nanoTime() - start;
        }
        int kills = kills(4, 150);
        for (int kill = 1; kill <= kills; kill++) {
            Path file = file("store-" + kill);
            Acknowledgements acknowledged = new Acknowledgements();
            try (ChildProcess child = child()) {
                child.tell(SqliteChild.write("sqlite:" + file, SESSIONS, 2, Long.MAX_VALUE / 2));
                pause(longest);
                child.kill();
                acknowledged.add(child.rest());
            }
            if (Files.exists(file)) {
                // SQLite guards the change to a log ahead with a journal, as a database without a log does.
                requireAllOf(file, acknowledged, new HashMap<>(), "kill " + kill, "-wal", "-shm", "-journal");
            } else {
                assertThat(acknowledged.remarks()).as("kill %d", kill).isEmpty();
            }
        }
    }

    /** SQLite itself never comes to an end with these two when it must not write. */
    @Test
    void aLogThatGotNoFurtherThanItsHeaderIsNoneForThoseWhoOnlyRead() throws Exception {
        Path file = file("store");
        Lane lane = LANES.get(0);
        try (Backend backend = open(file, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, lane.session())) {
            AuthState.loadOrCreate(store);
            lane.write(store, 1, PARENT);
        }
        ByteBuffer header = ByteBuffer.allocate(32);
        header.putInt(0x377f0682)
                .putInt(3_007_000)
                .putInt(4_096)
                .putInt(0)
                .putInt(1_234_567)
                .putInt(7_654_321);
        Files.write(file.resolveSibling("pawl.db-wal"), header.array());
        Files.write(file.resolveSibling("pawl.db-shm"), new byte[32_768]);
        try (Backend backend = open(file, Access.READ_ONLY)) {
            assertThat(lane.wholeEnd(backend)).isEqualTo(1);
        }
        requireNothingBeside(file, "-wal", "-shm");
        try (Backend backend = open(file, Access.READ_WRITE)) {
            assertThat(lane.wholeEnd(backend)).isEqualTo(1);
        }
    }

    @Test
    void aWriterThatIsKilledWhileItClosesLosesNothing() throws Exception {
        Path file = file("store");
        Map<Lane, Long> before = new HashMap<>();
        long longest = 0;
        int kills = kills(3, 150);
        for (int kill = 0; kill <= kills; kill++) {
            Acknowledgements acknowledged = new Acknowledgements();
            try (ChildProcess child = child()) {
                child.tell(SqliteChild.write("sqlite:" + file, SESSIONS, 2, 50));
                acknowledged.add(child.until("written"));
                child.tell("close");
                if (kill == 0) {
                    long start = System.nanoTime();
                    child.until("closed");
                    longest = System.nanoTime() - start;
                } else {
                    pause(longest);
                }
                child.kill();
            }
            requireAllOf(file, acknowledged, before, "kill " + kill, "-wal", "-shm");
        }
    }

    @Test
    void aClearingThatWasKilledIsFinishedByTheNextOwner() throws Exception {
        long longest = 0;
        int kills = kills(3, 150);
        for (int kill = 0; kill <= kills; kill++) {
            Path file = file("store-" + kill);
            List<String> said;
            try (ChildProcess child = child()) {
                child.tell(SqliteChild.clear("sqlite:" + file, ROWS));
                child.until("filled");
                child.tell("clear");
                if (kill == 0) {
                    long start = System.nanoTime();
                    child.until("cleared");
                    longest = System.nanoTime() - start;
                } else {
                    pause(longest);
                }
                child.kill();
                said = child.rest();
            }
            String when = "kill " + kill;
            requireNothingBeside(file, "-wal", "-shm");
            boolean cleared = kill == 0 || said.contains("cleared");
            if (cleared) {
                requireNoSecret(file, when);
            }
            boolean kept = requireClearedOrWhole(file, cleared, when);
            requireNothingBeside(file);
            if (!kept) {
                requireNoSecret(file, when);
            }
        }
    }

    /** Whether nothing was cleared; else all is gone. */
    private boolean requireClearedOrWhole(Path file, boolean cleared, String when) {
        try (Backend backend = open(file, Access.READ_WRITE)) {
            int found = secrets(backend);
            if (backend.get(SessionName.DEFAULT, Key.CREDENTIALS).isPresent()) {
                // Credentials go first: there is no device without its keys.
                assertThat(found).as(when).isEqualTo(ROWS);
                assertThat(cleared).as(when).isFalse();
            }
            try (AuthStore store = openAtOnce(backend, SessionName.DEFAULT)) {
                boolean kept = store.credentials().isPresent();
                assertThat(store.ids(KeyType.json("secret"))).as(when).hasSize(kept ? ROWS : 0);
                if (!kept) {
                    store.createCredentials();
                }
                assertThat(((SqliteBackend) backend).check(SessionName.DEFAULT))
                        .as(when)
                        .isEmpty();
                return kept;
            }
        }
    }

    private static int secrets(Backend backend) {
        Page<Row, ?> page = backend.scan(
                SessionName.DEFAULT, Scan.of(Family.KEY).in("secret").limit(ROWS + 1));
        return page.items().size();
    }

    /** While nobody has it open, because closing a descriptor would give up the locks of this process. */
    private static void requireNoSecret(Path file, String when) throws IOException {
        List<String> holding = new ArrayList<>();
        try (Stream<Path> parts = Files.list(file.getParent())) {
            for (Path part : parts.toList()) {
                if (Files.readString(part, StandardCharsets.ISO_8859_1).contains(SqliteChild.SECRET)) {
                    holding.add(part.getFileName().toString());
                }
            }
        }
        assertThat(holding).as(when).isEmpty();
    }
}
