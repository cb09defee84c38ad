package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many sessions of one process on one server, over a pool of few connections. With the system property {@code pawl.soak} for long. */
@Timeout(1_800)
public abstract class ManySessionsTck {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final int CONNECTIONS = 10;
    private static final int CROWD = 64;
    private static final KeyType<JsonValue> TYPE = KeyType.json("session");

    /** Much longer than anybody waits for his turn, and shorter than a pool lets him wait. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(8);

    private final ExecutorService threads = Executors.newFixedThreadPool(CROWD);

    /** For the tests of a store. */
    protected ManySessionsTck() {}

    /**
     * The locator of a place on the server that nobody has used.
     *
     * @param connections that a process has to the server at most
     */
    protected abstract String newPlace(int connections);

    /** How many connections the server has just now from those who opened the last place. */
    protected abstract int connections();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    /** Waits for all, and looks meanwhile how many connections there are. */
    private <T> List<T> all(List<Future<T>> work) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> each : work) {
            while (true) {
                try {
                    results.add(each.get(50, TimeUnit.MILLISECONDS));
                    break;
                } catch (TimeoutException e) {
                    assertThat(connections()).isLessThanOrEqualTo(CONNECTIONS);
                }
            }
        }
        return results;
    }

    /**
     * What one of a crowd did.
     *
     * @param last the turn in which it last wrote to each session
     * @param longest the turn that took longest, in nanoseconds
     */
    private record Deeds(Map<Integer, Integer> last, long longest) {}

    @Test
    void sixtyFourThreadsUseTwoHundredSessionsOverTenConnections() throws Exception {
        int sessions = 200;
        int turns = SOAK ? 2_000 : 20;
        List<String> everybody =
                IntStream.range(0, CROWD).mapToObj(thread -> "by-" + thread).toList();
        try (Pawl pawl = Pawl.open(newPlace(CONNECTIONS))) {
            List<Future<Deeds>> work = new ArrayList<>();
            for (int thread = 0; thread < CROWD; thread++) {
                int number = thread;
                work.add(threads.submit(() -> takeTurns(pawl, number, sessions, turns)));
            }
            List<Deeds> deeds = all(work);
            assertThat(connections()).isBetween(1, CONNECTIONS);
            assertThat(deeds)
                    .allSatisfy(
                            each -> assertThat(Duration.ofNanos(each.longest())).isLessThan(LONGEST_TURN));
            for (int session = 0; session < sessions; session++) {
                Map<String, JsonValue> wanted = new HashMap<>();
                for (int thread = 0; thread < CROWD; thread++) {
                    Optional<Integer> last =
                            Optional.ofNullable(deeds.get(thread).last().get(session));
                    String id = "by-" + thread;
                    last.ifPresent(turn -> wanted.put(id, JsonNumber.of(turn)));
                }
                assertThat(pawl.auth("session-" + session).read(TYPE, everybody))
                        .as("session %d", session)
                        .isEqualTo(wanted);
            }
        }
    }

    private static Deeds takeTurns(Pawl pawl, int thread, int sessions, int turns) {
        Random random = new Random(thread);
        Map<Integer, Integer> last = new HashMap<>();
        long longest = 0;
        for (int turn = 1; turn <= turns; turn++) {
            int session = random.nextInt(sessions);
            long start = System.nanoTime();
            AuthStore store = pawl.auth("session-" + session);
            store.write(Updates.none().put(TYPE, "by-" + thread, JsonNumber.of(turn)));
            assertThat(store.read(TYPE, "by-" + thread)).contains(JsonNumber.of(turn));
            longest = Math.max(longest, System.nanoTime() - start);
            last.put(session, turn);
        }
        return new Deeds(last, longest);
    }

    private static long beatThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("pawl-beat"))
                .count();
    }

    @Test
    void aThousandOpenSessionsCostOnePoolOfConnectionsAndNoThreadOfTheirOwn() throws Exception {
        String place = newPlace(CONNECTIONS);
        long beatsBefore = beatThreads();
        try (Pawl pawl = Pawl.open(place)) {
            long[] times = new long[1_000];
            // All threads of the pool, so that none of them is counted as one of a session.
            open(pawl, 0, 100, times);
            int threadsOfFew = Thread.getAllStackTraces().size();
            open(pawl, 100, 1_000, times);
            assertThat(Thread.getAllStackTraces()).hasSizeLessThanOrEqualTo(threadsOfFew + 2);
            assertThat(beatThreads() - beatsBefore).isLessThanOrEqualTo(1);
            assertThat(connections()).isBetween(1, CONNECTIONS);
            assertThat(pawl.sessions()).hasSize(1_000);
            read(pawl);
            // What the others have cost does not make the last ones dearer, of which most may meet with what else the
            // machine does just then.
            assertThat(sorted(times, 750, 1_000)[25]).isLessThan(4 * sorted(times, 100, 350)[125]);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (connections() > 0 && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(connections()).isZero();
        try (Backend backend = Backends.open(Locator.parse(place), Access.READ_ONLY)) {
            assertThat(backend.sessions(Set.of(Family.LEASE))).isEmpty();
        }
    }

    private static long[] sorted(long[] times, int from, int to) {
        long[] some = Arrays.copyOfRange(times, from, to);
        Arrays.sort(some);
        return some;
    }

    private void open(Pawl pawl, int from, int to, long[] times) throws Exception {
        List<Future<Long>> opening = new ArrayList<>();
        for (int session = from; session < to; session++) {
            int number = session;
            opening.add(threads.submit(() -> {
                long start = System.nanoTime();
                pawl.auth("session-" + number).write(Updates.none().put(TYPE, "peer", JsonNumber.of(number + 1)));
                times[number] = System.nanoTime() - start;
                return times[number];
            }));
        }
        all(opening);
    }

    private void read(Pawl pawl) throws InterruptedException, ExecutionException {
        List<Future<?>> reading = new ArrayList<>();
        for (int session = 0; session < 1_000; session++) {
            int number = session;
            reading.add(threads.submit(
                    () -> assertThat(pawl.auth("session-" + number).read(TYPE, "peer"))
                            .contains(JsonNumber.of(number + 1))));
        }
        for (Future<?> each : reading) {
            each.get();
        }
    }
}
