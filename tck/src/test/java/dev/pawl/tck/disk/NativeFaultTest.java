package dev.pawl.tck.disk;

import static dev.pawl.tck.disk.NativeCrash.DIRECTORY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.log.SteppedKeeper;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A native log on a disk that fails at any one operation or from it on, or that is full, and loses its power then. */
class NativeFaultTest {

    private static final int SEEDS = Boolean.getBoolean("pawl.soak") ? 20 : 3;
    private static final Duration LONG_IDLE = Duration.ofSeconds(40);

    private static final Key CREDENTIALS = Key.CREDENTIALS;
    private static final Key ONE = Key.ofKey("session", "1");
    private static final Key TWO = Key.ofKey("session", "2");
    private static final Key BIG = Key.ofKey("history", "big");

    /** Between two of them the session may come to rest. */
    private static final List<List<Batch>> WORK = List.of(
            List.of(put("a", 20, CREDENTIALS, ONE), put("b", 300, ONE), put("c", 20, TWO)),
            List.of(put("d", 24_000, BIG), put("e", 24_001, BIG), put("f", 10, CREDENTIALS)),
            List.of(put("g", 24_002, BIG), put("h", 24_003, BIG), put("i", 24_004, BIG), delete(BIG, TWO)),
            List.of(put("j", 20, CREDENTIALS, TWO), put("k", 3_000, BIG), delete(ONE)));

    /** What one store holds, as far as it has told. */
    private static final class Told {

        private final SimulatedDisk disk;
        private final SteppedKeeper keeper = new SteppedKeeper();

        /** What may be there: more than one thing only after a commit in doubt, until it could be read what it is. */
        private Set<Map<Key, String>> possible = Set.of(Map.of());

        private int failures;

        Told(SimulatedDisk disk) {
            this.disk = disk;
        }

        Backend open() {
            return keeper.open(DIRECTORY, Access.READ_WRITE, Durability.POWER_LOSS, disk);
        }

        /** Whether the batch was acknowledged. */
        boolean commit(Backend backend, Batch batch) throws IOException {
            Set<Map<Key, String>> next =
                    possible.stream().map(rows -> after(rows, batch)).collect(Collectors.toSet());
            boolean done = false;
            try {
                backend.commit(SessionName.DEFAULT, batch);
                possible = next;
                done = true;
            } catch (InDoubtException e) {
                possible = Stream.concat(possible.stream(), next.stream()).collect(Collectors.toSet());
            } catch (UnavailableException e) {
                assertThat(e.code()).isEqualTo(StoreException.Code.STORE_WRITE_FAILED);
            }
            failures += done ? 0 : 1;
            verify(backend);
            return done;
        }

        private static Map<Key, String> after(Map<Key, String> rows, Batch batch) {
            Map<Key, String> next = new HashMap<>(rows);
            batch.puts().forEach(row -> next.put(row.key(), row.value().utf8()));
            batch.deletes().forEach(next::remove);
            return next;
        }

        /** What was read once is there after a power cut; what is in doubt cannot be read before that is so. */
        void verify(Backend backend) throws IOException {
            try {
                Map<Key, String> found = contents(backend);
                assertThat(found).isIn(possible);
                possible = Set.of(found);
            } catch (UnavailableException e) {
                assertThat(possible)
                        .as("what may be there when nothing can be read")
                        .hasSizeGreaterThan(1);
            }
            for (long seed = 0; seed < SEEDS; seed++) {
                assertThat(contents(disk.afterPowerCut(seed)))
                        .as("seed %d", seed)
                        .isIn(possible);
            }
        }

        void work(Backend backend) throws IOException {
            for (List<Batch> part : WORK) {
                for (Batch batch : part) {
                    commit(backend, batch);
                }
                keeper.pass(LONG_IDLE);
                verify(backend);
            }
        }

        void workWithoutFaults(Backend backend) throws IOException {
            for (List<Batch> part : WORK) {
                for (Batch batch : part) {
                    assertThat(commit(backend, batch)).isTrue();
                }
                keeper.pass(LONG_IDLE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 7, Long.MAX_VALUE})
    void aDiskThatFailsLosesNothingAndHalvesNothing(long count) throws IOException {
        long last = operations();
        int failures = 0;
        for (long from = 1; from <= last; from++) {
            SimulatedDisk disk = SimulatedDisk.empty();
            disk.faults().failFrom(from, count);
            Told told = new Told(disk);
            try (Backend backend = told.open()) {
                told.work(backend);
                failures += told.failures;
                disk.faults().failFrom(Long.MAX_VALUE, 0);
                told.workWithoutFaults(backend);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("operation " + from + ": " + e.getMessage(), e);
            }
            assertThat(Set.of(contents(disk))).isEqualTo(told.possible);
            assertThat(NativeContents.keptAside(disk)).as("operation %d", from).hasSizeLessThanOrEqualTo(8);
        }
        assertThat(failures).isGreaterThan((int) last / 4);
    }

    @Test
    void aFullDiskLosesNothingAndTheStoreWorksOnOnceThereIsRoom() throws IOException {
        long[] spaces = LongStream.concat(
                        LongStream.of(0, 1, 100, 500, 4_000, 30_000),
                        LongStream.range(1, 12).map(step -> 65_536 + step * 9_001))
                .toArray();
        for (long space : spaces) {
            for (int full = 0; full <= WORK.size(); full++) {
                SimulatedDisk disk = SimulatedDisk.empty();
                Told told = new Told(disk);
                try (Backend backend = told.open()) {
                    for (List<Batch> part : WORK.subList(0, full)) {
                        for (Batch batch : part) {
                            assertThat(told.commit(backend, batch)).isTrue();
                        }
                    }
                    disk.faults().space(space);
                    told.work(backend);
                    assertThat(told.possible).hasSize(1);
                    disk.faults().space(Long.MAX_VALUE);
                    told.workWithoutFaults(backend);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("space " + space + " after " + full + ": " + e.getMessage(), e);
                }
                assertThat(Set.of(contents(disk))).isEqualTo(told.possible);
            }
        }
    }

    private static long operations() throws IOException {
        SimulatedDisk disk = SimulatedDisk.empty();
        Told told = new Told(disk);
        try (Backend backend = told.open()) {
            told.workWithoutFaults(backend);
        }
        assertThat(disk.faults().purposes()).contains("a new log", "an end mark", "a group of commits");
        return disk.faults().operations();
    }

    private static Map<Key, String> contents(SimulatedDisk disk) throws IOException {
        if (disk.stat(DIRECTORY).isEmpty()) {
            return Map.of();
        }
        try (Backend backend = new SteppedKeeper().open(DIRECTORY, Access.READ_ONLY, Durability.POWER_LOSS, disk)) {
            return contents(backend);
        }
    }

    private static Map<Key, String> contents(Backend backend) {
        Map<Key, String> rows = new HashMap<>();
        backend.get(SessionName.DEFAULT, List.of(CREDENTIALS, ONE, TWO, BIG))
                .forEach((key, row) -> rows.put(key, row.value().utf8()));
        return rows;
    }

    private static Batch put(String value, int length, Key... keys) {
        List<Row> rows = Stream.of(keys)
                .map(key -> Row.of(key, Bytes.utf8(value.repeat(length))))
                .toList();
        return new Batch(List.of(), rows, List.of());
    }

    private static Batch delete(Key... keys) {
        return new Batch(List.of(), List.of(), List.of(keys));
    }
}
