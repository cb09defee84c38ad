package dev.pawl.tck.log;

import static dev.pawl.tck.log.Observed.ANY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Durability;
import dev.pawl.file.log.Hurried;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.tck.log.Observed.Kind;
import dev.pawl.tck.process.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever threads and processes do to a session at the same time looks, to each process, as if they had done it one after
 * the other.
 */
@Timeout(600)
final class NativeHistoryTest {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final int THREADS = 4;
    private static final int OPERATIONS = 8;

    @TempDir
    private Path directory;

    private static Observed read(long begin, long end, Integer... seen) {
        return new Observed(begin, end, Kind.READ, List.of(seen), List.of(ANY, ANY));
    }

    private static Observed commit(long begin, long end, Kind kind, List<Integer> expected, Integer... put) {
        return new Observed(begin, end, kind, expected, List.of(put));
    }

    @Test
    void aHistoryThatHasAnOrderIsRecognized() {
        List<Observed> history = List.of(
                commit(0, 10, Kind.COMMITTED, List.of(0, ANY), 1, 1),
                commit(5, 20, Kind.REFUSED, List.of(0, ANY), 2, 2),
                commit(6, 20, Kind.COMMITTED, List.of(1, ANY), 3, ANY),
                // Both are called before the commits that they see and do not see.
                read(4, 20, 0, 0),
                read(4, 30, 3, 1));
        assertThat(Linearization.exists(history, List.of(0, 0))).isTrue();
    }

    @Test
    void aReadThatGoesBackIsNone() {
        List<Observed> history = List.of(
                commit(0, 10, Kind.COMMITTED, List.of(ANY, ANY), 1, ANY), read(2, 4, 1, ANY), read(5, 7, 0, ANY));
        assertThat(Linearization.exists(history, List.of(0, 0))).isFalse();
    }

    @Test
    void aReadOfHalfACommitIsNone() {
        List<Observed> history = List.of(commit(0, 10, Kind.COMMITTED, List.of(ANY, ANY), 1, 1), read(2, 4, 1, 0));
        assertThat(Linearization.exists(history, List.of(0, 0))).isFalse();
    }

    @Test
    void twoCommitsThatBothFindWhatOneOfThemTakesAwayAreNone() {
        List<Observed> history = List.of(
                commit(0, 10, Kind.COMMITTED, List.of(0, ANY), 1, ANY),
                commit(0, 10, Kind.COMMITTED, List.of(0, ANY), 2, ANY));
        assertThat(Linearization.exists(history, List.of(0, 0))).isFalse();
    }

    @Test
    void aRefusalWithoutReasonIsNone() {
        List<Observed> history = List.of(
                read(0, 1, 0, 0),
                commit(2, 10, Kind.REFUSED, List.of(0, ANY), 1, ANY),
                commit(11, 12, Kind.COMMITTED, List.of(0, ANY), 2, ANY));
        assertThat(Linearization.exists(history, List.of(0, 0))).isFalse();
    }

    @Test
    void anAcknowledgedCommitThatIsGoneIsNone() {
        List<Observed> history =
                List.of(commit(0, 10, Kind.COMMITTED, List.of(ANY, ANY), 1, ANY), read(11, 12, 0, ANY));
        assertThat(Linearization.exists(history, List.of(0, 0))).isFalse();
    }

    private static void requireOrder(List<Observed> history, List<Integer> before, long seed) {
        assertThat(Linearization.exists(history, before))
                .as(() -> "from " + before + ", seed " + seed + ":\n"
                        + String.join(
                                "\n",
                                history.stream()
                                        .sorted(Comparator.comparingLong(Observed::begin))
                                        .map(Observed::line)
                                        .toList()))
                .isTrue();
    }

    private static void requireInteresting(List<Observed> all) {
        for (Kind kind : Kind.values()) {
            assertThat(all).filteredOn(done -> done.kind() == kind).hasSizeGreaterThan(all.size() / 20);
        }
    }

    @Test
    void threadsSeeEachOthersCommitsInOneOrder() throws Exception {
        List<Observed> all = new ArrayList<>();
        long histories = SOAK ? 3_000 : 60;
        for (Durability durability : List.of(Durability.POWER_LOSS, Durability.PROCESS_CRASH)) {
            Path place = directory.resolve(durability.name());
            // Their sessions rest, and their logs are made new, in between.
            try (Backend one = Hurried.fastAndSmall(place, Access.READ_WRITE, durability, 3_000)) {
                for (long seed = 0; seed < histories; seed++) {
                    List<Integer> before = Recorder.state(one);
                    List<Observed> history = Recorder.record(one, THREADS, OPERATIONS, seed);
                    requireOrder(history, before, seed);
                    all = SOAK ? history : all;
                    all.addAll(history);
                }
            }
        }
        requireInteresting(all);
    }

    /** What one process sees, and what others change: they may see a commit before the one whose force it waits for. */
    private static List<Observed> seenBy(List<Observed> own, List<Observed> others) {
        List<Observed> seen = new ArrayList<>(own);
        others.stream().filter(done -> done.kind() != Kind.READ).forEach(seen::add);
        return seen;
    }

    @Test
    void everyProcessSeesTheCommitsOfAllInOneOrder() throws Exception {
        List<Observed> all = new ArrayList<>();
        int overlapping = 0;
        int histories = SOAK ? 1_000 : 25;
        try (ChildProcess child = NativeChild.recording(directory, directory.resolve("store"));
                Backend backend = NativeBackend.open(directory.resolve("store"), Access.READ_WRITE)) {
            assertThat(child.line()).as(child::errors).contains("ready");
            for (int round = 0; round < histories; round++) {
                List<Integer> before = Recorder.state(backend);
                child.tell("" + (2 * round));
                List<Observed> own = Recorder.record(backend, 2, 5, 2L * round + 1);
                long ended = own.stream().mapToLong(Observed::end).max().orElseThrow();
                List<Observed> others =
                        child.until("recorded").stream().map(Observed::parse).toList();
                overlapping += others.stream().anyMatch(other -> other.begin() < ended) ? 1 : 0;
                requireOrder(seenBy(own, others), before, round);
                requireOrder(seenBy(others, own), before, round);
                all.addAll(own);
                all.addAll(others);
            }
        }
        requireInteresting(all);
        assertThat(overlapping).isGreaterThan(histories / 4);
    }
}
