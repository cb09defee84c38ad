package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several nodes of an application, each a process of its own, on one server: who owns a session, what is left of those who
 * lose it, and how it is handed over. A few rounds; with the system property {@code pawl.soak} many.
 *
 * <p>The tests stand in an order for the sake of time only: nodes are started once, and what takes half a minute by the
 * clock of the machine, and has the tag {@value #REAL_TIME}, goes on while the others run.
 */
@Timeout(1_800)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class NodesTck {

    /** The tag of tests that wait for the clock of the machine. */
    public static final String REAL_TIME = "real-time";

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final int NODES = 8;
    private static final int LANES = 2;
    private static final List<String> ONE = List.of("default");
    private static final List<Lane> LANES_OF_ONE =
            List.of(new Lane(SessionName.DEFAULT, 0), new Lane(SessionName.DEFAULT, 1));

    /**
     * The longest that nobody writes a session which is handed over, or whose holder is seen to be gone: a second or two, and
     * as much as a busy machine adds. Who is not told so has to wait for 20 s.
     */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(12);

    @TempDir
    private Path directory;

    private final Deque<NodeProcess> idle = new ArrayDeque<>();
    private final List<NodeProcess> all = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Optional<SilentHolders> silence = Optional.empty();

    /** For the tests of a store. */
    protected NodesTck() {}

    /** The locator of a place on the server that nobody has used, for any number of sessions. */
    protected abstract String newPlace();

    /** Looks that what is made once for a place was made once. */
    protected abstract void requireMadeOnce(String locator);

    @BeforeEach
    void requireProc() {
        assumeTrue(Files.exists(Path.of("/proc/self/ns/pid")), "this system has no /proc, so that beats decide");
    }

    @AfterAll
    void endAll() {
        all.forEach(NodeProcess::close);
        threads.shutdownNow();
    }

    /** Nodes that have nothing to do, as many as are started at once where some are missing. */
    private List<NodeProcess> nodes(int count) throws Exception {
        List<NodeProcess> starting = new ArrayList<>();
        while (idle.size() + starting.size() < count) {
            starting.add(NodeProcess.start(directory, newPlace()));
        }
        all.addAll(starting);
        for (NodeProcess node : starting) {
            node.awaitRemark("ready", 1);
            idle.add(node);
        }
        return IntStream.range(0, count).mapToObj(i -> idle.remove()).toList();
    }

    /** For the next test that needs one. */
    private void giveBack(NodeProcess node) {
        node.forget();
        idle.add(node);
    }

    private static Backend backend(String locator, Access access) {
        return Backends.open(Locator.parse(locator), access);
    }

    private static List<Lane> lanes(List<String> sessions) {
        return sessions.stream()
                .map(session -> new Lane(SessionName.of(session), 0))
                .toList();
    }

    @Test
    @Order(1)
    void nodesThatStartAtTheSameMomentOnNothingAllGetOn() throws Exception {
        String place = newPlace();
        List<NodeProcess> nodes = nodes(NODES);
        for (int node = 0; node < NODES; node++) {
            nodes.get(node).open(NodeChild.Way.POLITE, place, List.of("node-" + node), 1);
        }
        for (int node = 0; node < NODES; node++) {
            nodes.get(node).awaitSteps(new Lane(SessionName.of("node-" + node), 0), 3);
        }
        requireMadeOnce(place);
        for (NodeProcess node : nodes) {
            node.release(place);
        }
        try (Backend backend = backend(place, Access.READ_ONLY)) {
            for (int node = 0; node < NODES; node++) {
                Lane lane = new Lane(SessionName.of("node-" + node), 0);
                assertThat(lane.wholeEnd(backend)).isEqualTo(nodes.get(node).last(lane));
            }
            assertThat(backend.sessions(Set.of(Family.LEASE))).isEmpty();
        }
        nodes.forEach(this::giveBack);
    }

    @Test
    @Order(2)
    @Tag(REAL_TIME)
    void aHolderThatNobodyHereCanLookUpIsNotTakenForDeadAtOnce() throws Exception {
        SilentHolders begun = new SilentHolders(newPlace(), nodes(3), threads);
        silence = Optional.of(begun);
        begun.requireStillWaiting();
    }

    @Test
    @Order(3)
    void theHolderIsLeftAloneUntilATakeOverFencesIt() throws Exception {
        String place = newPlace();
        List<NodeProcess> two = nodes(2);
        NodeProcess holder = two.get(0);
        NodeProcess other = two.get(1);
        holder.open(NodeChild.Way.POLITE, place, ONE, LANES);
        holder.awaitRemark("took default", 1);
        Map<Lane, Map<Long, Long>> writers = new HashMap<>();
        Map<Lane, Long> seen = new HashMap<>();
        try (Backend reader = backend(place, Access.READ_ONLY)) {
            for (int round = 1; round <= (SOAK ? 100 : 10); round++) {
                for (Lane lane : LANES_OF_ONE) {
                    holder.awaitSteps(lane, 5);
                }
                requireLeftAlone(holder, other, place);
                look(reader, seen);
                other.open(NodeChild.Way.TAKING_OVER, place, ONE, LANES);
                look(reader, seen);
                other.awaitRemark("took default", 1);
                for (Lane lane : LANES_OF_ONE) {
                    look(reader, seen);
                    other.awaitSteps(lane, 1);
                    assertThat(holder.awaitRemark("ended default " + lane.number(), 1))
                            .as("round %d", round)
                            .endsWith(" STORE_FENCED");
                    // It heard of the end of each of its commits, so that not one more may be there.
                    assertThat(other.steps(lane).get(0).number())
                            .as("round %d, %s", round, lane)
                            .isEqualTo(holder.last(lane) + 1);
                    note(writers, lane, holder);
                }
                // Only then does it open the session anew.
                holder.awaitRemark("left default", 1);
                holder.forget();
                NodeProcess fenced = holder;
                holder = other;
                other = fenced;
            }
            holder.release(place);
            for (Lane lane : LANES_OF_ONE) {
                Map<Long, Long> steps = note(writers, lane, holder);
                assertThat(lane.wholeEnd(reader))
                        .isEqualTo(Collections.max(steps.keySet()))
                        .isEqualTo(steps.size());
                lane.writers(reader)
                        .forEach((step, by) ->
                                assertThat(by).as("writer of %d", step).isEqualTo(steps.get(step)));
            }
        }
        giveBack(holder);
        giveBack(other);
    }

    /** Who opens politely is told who is there, and the holder does not notice. */
    private static void requireLeftAlone(NodeProcess holder, NodeProcess other, String place) throws Exception {
        for (int attempt = 1; attempt <= 3; attempt++) {
            other.open(NodeChild.Way.POLITE, place, ONE, LANES);
            assertThat(other.awaitRemark("refused default", attempt))
                    .contains(" STORE_IN_USE ")
                    .containsPattern("process " + holder.pid() + " on \\S+ since \\d{4}-\\d\\d-\\d\\dT[0-9:]+Z");
        }
        for (Lane lane : LANES_OF_ONE) {
            holder.awaitSteps(lane, 1);
        }
        assertThat(holder.remarks("ended")).isEmpty();
    }

    /** What can be seen at this moment is whole, and no older than what was seen before. */
    private static void look(Backend reader, Map<Lane, Long> seen) {
        for (Lane lane : LANES_OF_ONE) {
            long now = lane.wholeStep(reader);
            assertThat(now).as("%s", lane).isGreaterThanOrEqualTo(seen.getOrDefault(lane, 0L));
            seen.put(lane, now);
        }
    }

    /** Notes who wrote which step of a lane, and returns all that is known of it. */
    private static Map<Long, Long> note(Map<Lane, Map<Long, Long>> writers, Lane lane, NodeProcess node) {
        Map<Long, Long> writersOfSteps = writers.computeIfAbsent(lane, first -> new HashMap<>());
        for (NodeProcess.Step step : node.steps(lane)) {
            assertThat(writersOfSteps.put(step.number(), node.pid()))
                    .as("step %d of %s was acknowledged before", step.number(), lane)
                    .isNull();
        }
        return writersOfSteps;
    }

    @Test
    @Order(4)
    void ofTwoNodesThatFindAKilledHolderOneGetsInAtOnce() throws Exception {
        String place = newPlace();
        List<NodeProcess> three = nodes(3);
        NodeProcess holder = three.get(0);
        holder.open(NodeChild.Way.POLITE, place, ONE, LANES);
        for (Lane lane : LANES_OF_ONE) {
            holder.awaitSteps(lane, 20);
        }
        holder.kill();
        long start = System.nanoTime();
        List<NodeProcess> heirs = three.subList(1, 3);
        for (NodeProcess heir : heirs) {
            heir.open(NodeChild.Way.POLITE, place, ONE, LANES);
        }
        for (NodeProcess heir : heirs) {
            heir.await(
                    "an answer",
                    () -> heir.remarks("took").size() + heir.remarks("refused").size() > 0);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST_GAP);
        boolean first = heirs.get(1).remarks("took").isEmpty();
        NodeProcess winner = heirs.get(first ? 0 : 1);
        NodeProcess loser = heirs.get(first ? 1 : 0);
        assertThat(winner.remarks("took")).hasSize(1);
        assertThat(loser.awaitRemark("refused default", 1)).contains(" STORE_IN_USE ", "process " + winner.pid());
        for (Lane lane : LANES_OF_ONE) {
            winner.awaitSteps(lane, 1);
            // One more may have been committed when it was killed before it could say so.
            assertThat(winner.steps(lane).get(0).number()).isBetween(holder.last(lane) + 1, holder.last(lane) + 2);
        }
        winner.release(place);
        try (Backend backend = backend(place, Access.READ_ONLY)) {
            for (Lane lane : LANES_OF_ONE) {
                assertThat(lane.wholeEnd(backend)).isEqualTo(winner.last(lane));
            }
        }
        giveBack(winner);
        giveBack(loser);
    }

    @Test
    @Order(5)
    void aDeployHandsEverySessionOverWithoutAGap() throws Exception {
        String place = newPlace();
        List<String> sessions =
                IntStream.range(0, 20).mapToObj(number -> "session-" + number).toList();
        List<NodeProcess> two = nodes(2);
        NodeProcess old = two.get(0);
        NodeProcess next = two.get(1);
        old.open(NodeChild.Way.POLITE, place, sessions, 1);
        for (Lane lane : lanes(sessions)) {
            old.awaitSteps(lane, 3);
        }
        next.open(NodeChild.Way.WAITING, place, sessions, 1);
        for (Lane lane : lanes(sessions)) {
            old.awaitSteps(lane, 3);
        }
        assertThat(next.remarks("took")).isEmpty();
        old.terminate();
        for (Lane lane : lanes(sessions)) {
            next.awaitSteps(lane, 3);
        }
        old.awaitEnd();
        assertThat(old.remarks("ended")).allMatch(remark -> remark.endsWith(" STORE_CLOSED"));
        assertThat(old.remarks("failed")).isEmpty();
        assertThat(next.remarks("ended")).isEmpty();
        Duration longest = Duration.ZERO;
        for (Lane lane : lanes(sessions)) {
            List<NodeProcess.Step> before = old.steps(lane);
            NodeProcess.Step last = before.get(before.size() - 1);
            NodeProcess.Step first = next.steps(lane).get(0);
            // One more may have been committed when the process ended before it could say so.
            assertThat(first.number()).as("%s", lane).isBetween(last.number() + 1, last.number() + 2);
            Duration gap = Duration.ofNanos(first.heard() - last.heard());
            longest = longest.compareTo(gap) < 0 ? gap : longest;
        }
        assertThat(longest).isLessThan(LONGEST_GAP);
        next.release(place);
        try (Backend backend = backend(place, Access.READ_ONLY)) {
            for (Lane lane : lanes(sessions)) {
                assertThat(lane.wholeEnd(backend)).isEqualTo(next.last(lane));
            }
        }
        giveBack(next);
    }

    @Test
    @Order(6)
    @Tag(REAL_TIME)
    void aHolderThatFellSilentIsFoundDeadWithin25SecondsAndOneThatBeatsIsNot() throws Exception {
        SilentHolders begun = silence.isPresent() ? silence.get() : new SilentHolders(newPlace(), nodes(3), threads);
        begun.requireFoundInTime();
        begun.requireLivingLeftAlone();
    }
}
