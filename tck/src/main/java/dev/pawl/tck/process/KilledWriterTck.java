package dev.pawl.tck.process;

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
import dev.pawl.backend.SelfChecking;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.tck.ManualTicker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes to a store is killed at some moment, and the next one opens the store: what was acknowledged is
 * there, and nothing is there in part. A few kills; with the system property {@code pawl.soak} many.
 */
@Timeout(3_600)
public abstract class KilledWriterTck {

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

    /** Who has just had the store open. */
    public enum Before {
        /** Somebody who was killed while he made it. */
        KILLED_MAKER,
        /** Somebody who was killed later. */
        KILLED,
        /** Somebody who closed it. */
        CLOSED
    }

    /** For the tests of a store. */
    protected KilledWriterTck() {}

    /**
     * Where a store is.
     *
     * @param place a directory that is its own, and may not exist yet
     * @param number of the kill, so that what may be chosen can differ
     */
    protected abstract String locator(Path place, int number);

    /** Starts a process that runs {@link StoreChild}. */
    protected abstract ChildProcess start(Path errors) throws IOException;

    /** Opens the store in this process. */
    protected abstract Backend open(Path place, Access access);

    /** Whether there is a store. */
    protected abstract boolean exists(Path place);

    /** Looks that nothing is in the directory but what such a store may leave there. */
    protected abstract void requireNothingBeside(List<String> names, Before before);

    /** Looks whether a reader may be refused after a kill; who may be is not asked on. */
    protected void requireGoodReason(Path place, UnavailableException refusal) {
        throw refusal;
    }

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
        ChildProcess child = next.isPresent() ? next.get() : start(errors);
        next = Optional.of(start(errors));
        assertThat(child.line()).as(child::errors).contains("ready");
        return child;
    }

    private Path place(String name) {
        return directory.resolve(name);
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

    private void requireNothingBeside(Path place, Before before) throws IOException {
        try (Stream<Path> names = Files.list(place)) {
            requireNothingBeside(
                    names.map(name -> name.getFileName().toString()).sorted().toList(), before);
        }
    }

    private static void requireIntact(Backend backend, String when) {
        if (backend instanceof SelfChecking checking) {
            for (Lane lane : LANES) {
                assertThat(checking.check(lane.session())).as(when).isEmpty();
            }
        }
    }

    /** A moment within this time, now and then just behind it. */
    private void pause(long nanos) {
        LockSupport.parkNanos((long) (random.nextDouble() * 1.1 * nanos));
    }

    /** Looks at a store whose writer was killed, and writes a step more. */
    private void requireAllOf(
            Path place, Acknowledgements acknowledged, Map<Lane, Long> reachedBefore, String when, Before before)
            throws IOException {
        requireNothingBeside(place, before);
        Map<Lane, Long> seen = new HashMap<>();
        if (random.nextBoolean()) {
            try (Backend backend = open(place, Access.READ_ONLY)) {
                LANES.forEach(lane -> seen.put(lane, lane.wholeEnd(backend)));
            } catch (UnavailableException e) {
                requireGoodReason(place, e);
            }
        }
        try (Backend backend = open(place, Access.READ_WRITE)) {
            requireIntact(backend, when);
            for (Lane lane : LANES) {
                long reached = lane.wholeEnd(backend);
                long least = Math.max(acknowledged.of(lane), reachedBefore.getOrDefault(lane, 0L));
                // One more may have been committed when it was killed before it could say so.
                assertThat(reached).as(when + ", " + lane).isBetween(least, least + 1);
                assertThat(seen.getOrDefault(lane, reached)).isEqualTo(reached);
                try (AuthStore store = openAtOnce(backend, lane.session())) {
                    AuthState.loadOrCreate(store);
                    lane.write(store, reached + 1, PARENT);
                }
                assertThat(lane.wholeEnd(backend)).isEqualTo(reached + 1);
                reachedBefore.put(lane, reached + 1);
            }
        }
        requireNothingBeside(place, Before.CLOSED);
    }

    /**
     * Gives an order and kills at some moment while it is carried out.
     *
     * @param longest how long it takes, 0 to have it carried out to the end
     * @return how long it takes
     */
    private long killWhile(ChildProcess child, String order, String done, long longest) throws Exception {
        long start = System.nanoTime();
        child.tell(order);
        if (longest == 0) {
            child.until(done);
        } else {
            pause(longest);
        }
        long took = System.nanoTime() - start;
        child.kill();
        return longest == 0 ? took : longest;
    }

    @Test
    void aKilledWriterLosesNothingItAcknowledged() throws Exception {
        Path place = place("store");
        Map<Lane, Long> before = new HashMap<>();
        int kills = kills(4, 550);
        for (int kill = 1; kill <= kills; kill++) {
            Acknowledgements acknowledged = new Acknowledgements();
            try (ChildProcess child = child()) {
                child.tell(StoreChild.write(locator(place, kill), SESSIONS, 2, Long.MAX_VALUE / 2));
                for (int steps = 1 + random.nextInt(200); steps > 0; ) {
                    steps -= acknowledged.add(child.line().orElse("ended")) ? 1 : 0;
                    assertThat(acknowledged.remarks()).as("kill %d", kill).doesNotContain("ended");
                }
                pause(3_000_000);
                child.kill();
                acknowledged.add(child.rest());
            }
            assertThat(acknowledged.remarks()).containsOnly("opened");
            requireAllOf(place, acknowledged, before, "kill " + kill, Before.KILLED);
        }
    }

    @Test
    void aWriterThatIsKilledWhileItMakesTheStoreLeavesNothingInTheWay() throws Exception {
        long longest;
        try (ChildProcess child = child()) {
            long start = System.nanoTime();
            child.tell(StoreChild.write(locator(place("first"), 0), SESSIONS, 2, 1));
            child.until("written");
            longest = System.nanoTime() - start;
        }
        int kills = kills(2, 150);
        for (int kill = 1; kill <= kills; kill++) {
            Path place = place("store-" + kill);
            Acknowledgements acknowledged = new Acknowledgements();
            try (ChildProcess child = child()) {
                child.tell(StoreChild.write(locator(place, 0), SESSIONS, 2, Long.MAX_VALUE / 2));
                pause(longest);
                child.kill();
                acknowledged.add(child.rest());
            }
            if (exists(place)) {
                requireAllOf(place, acknowledged, new HashMap<>(), "kill " + kill, Before.KILLED_MAKER);
            } else {
                assertThat(acknowledged.remarks()).as("kill %d", kill).isEmpty();
            }
        }
    }

    @Test
    void aWriterThatIsKilledWhileItClosesLosesNothing() throws Exception {
        Path place = place("store");
        Map<Lane, Long> before = new HashMap<>();
        long longest = 0;
        int kills = kills(1, 150);
        for (int kill = 0; kill <= kills; kill++) {
            Acknowledgements acknowledged = new Acknowledgements();
            try (ChildProcess child = child()) {
                child.tell(StoreChild.write(locator(place, 0), SESSIONS, 2, 50));
                acknowledged.add(child.until("written"));
                longest = killWhile(child, "close", "closed", longest);
            }
            requireAllOf(place, acknowledged, before, "kill " + kill, Before.KILLED);
        }
    }

    @Test
    void aClearingThatWasKilledIsFinishedByTheNextOwner() throws Exception {
        long longest = 0;
        int kills = kills(2, 150);
        for (int kill = 0; kill <= kills; kill++) {
            Path place = place("store-" + kill);
            List<String> said;
            try (ChildProcess child = child()) {
                child.tell(StoreChild.clear(locator(place, 0), ROWS));
                child.until("filled");
                longest = killWhile(child, "clear", "cleared", longest);
                said = child.rest();
            }
            String when = "kill " + kill;
            requireNothingBeside(place, Before.KILLED);
            boolean cleared = kill == 0 || said.contains("cleared");
            if (cleared) {
                requireNoSecret(place, when);
            }
            boolean kept = requireClearedOrWhole(place, cleared, when);
            requireNothingBeside(place, Before.CLOSED);
            if (!kept) {
                requireNoSecret(place, when);
            }
        }
    }

    /** Whether nothing was cleared; else all is gone. */
    private boolean requireClearedOrWhole(Path place, boolean cleared, String when) {
        try (Backend backend = open(place, Access.READ_WRITE)) {
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
                requireIntact(backend, when);
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
    private static void requireNoSecret(Path place, String when) throws IOException {
        List<String> holding = new ArrayList<>();
        try (Stream<Path> parts = Files.list(place)) {
            for (Path part : parts.toList()) {
                if (Files.readString(part, StandardCharsets.ISO_8859_1).contains(StoreChild.SECRET)) {
                    holding.add(part.getFileName().toString());
                }
            }
        }
        assertThat(holding).as(when).isEmpty();
    }
}
