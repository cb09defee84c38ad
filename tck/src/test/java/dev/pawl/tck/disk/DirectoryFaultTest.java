package dev.pawl.tck.disk;

import static dev.pawl.tck.disk.DirectoryCrash.DIRECTORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.file.BaileysBackend;
import dev.pawl.file.Disk;
import dev.pawl.file.ZaileysFileBackend;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A directory of another program on a disk that is full at any one operation or from it on, or folds the case of names. */
@ExtendWith(OnFileThread.class)
class DirectoryFaultTest {

    private static final List<Batch> WORK = List.of(
            batch("1", "creds", "session-a", "session-b"),
            batch("2", "session-a"),
            batch("3", "creds", "session-a", "lid-mapping-a:b"),
            new Batch(List.of(), List.of(), List.of(key("session-b"), key("lid-mapping-a:b"))),
            new Batch(List.of(), List.of(), List.of(key("session-a"))),
            batch("4", "creds", "session-b"));

    @ParameterizedTest
    @CsvSource({"BAILEYS, 1", "BAILEYS, 2", "BAILEYS, 5", "BAILEYS, " + Long.MAX_VALUE, "ZAILEYS, 1", "ZAILEYS, 5"})
    void aFullDiskLosesNothingAndHalvesNothing(DirectoryKind kind, long failures) throws IOException {
        long last = operations(kind);
        int failed = 0;
        for (long from = 1; from <= last; from++) {
            SimulatedDisk disk = SimulatedDisk.empty();
            disk.faults().failFrom(from, failures);
            Map<Key, Bytes> expected = new HashMap<>();
            try (Backend backend = kind.open(DIRECTORY, Access.READ_WRITE, disk)) {
                for (Batch batch : WORK) {
                    failed += attempt(backend, batch, expected) ? 0 : 1;
                    assertThat(rows(kind, disk, expected))
                            .as("operation %d", from)
                            .isEqualTo(expected);
                }
                disk.faults().failFrom(Long.MAX_VALUE, 0);
                for (Batch batch : WORK) {
                    assertThat(attempt(backend, batch, expected))
                            .as("after operation %d", from)
                            .isTrue();
                }
            }
            assertThat(rows(kind, disk, expected)).isEqualTo(expected);
            assertThat(DirectoryCrash.leftover(disk)).as("operation %d", from).isEmpty();
        }
        assertThat(failed).isGreaterThan(20);
    }

    @Test
    void aFileThatCannotBeGivenBackToItsOwnerIsNotReplaced() throws IOException {
        SimulatedDisk disk = SimulatedDisk.empty();
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
            backend.commit(SessionName.DEFAULT, batch("1", "creds", "session-a"));
            disk.giveAway(DIRECTORY.resolve("creds.json"), new Disk.Owner(1, 1));
            for (Batch batch : List.of(batch("2", "creds"), batch("2", "session-a", "creds"))) {
                assertThatThrownBy(() -> backend.commit(SessionName.DEFAULT, batch))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("creds.json belongs to user 1 and group 1")
                        .extracting(e -> ((StoreException) e).code())
                        .isEqualTo(StoreException.Code.STORE_WRITE_FAILED);
            }
            backend.commit(SessionName.DEFAULT, batch("3", "session-a"));
        }
        assertThat(disk.read(DIRECTORY.resolve("creds.json")))
                .hasValueSatisfying(content -> assertThat(content).asString().isEqualTo(DirectoryCrash.text("1")));
        assertThat(DirectoryCrash.leftover(disk)).isEmpty();
    }

    @Test
    void onADiskThatFoldsCaseNoRecordAnswersForAnother() {
        SimulatedDisk disk = SimulatedDisk.foldingCase();
        Row upper = Row.of(Key.ofKey("app-state-sync-key", "AAAA/w=="), Bytes.utf8("1"));
        Row lower = Row.of(Key.ofKey("app-state-sync-key", "aaaa/W=="), Bytes.utf8("2"));
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
            backend.commit(SessionName.DEFAULT, Batch.of(upper));
            backend.commit(SessionName.DEFAULT, Batch.of(upper));
            assertThatThrownBy(() -> backend.get(SessionName.DEFAULT, lower.key()))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("capital");
            assertThatThrownBy(() -> backend.commit(SessionName.DEFAULT, Batch.of(lower)))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(backend.get(SessionName.DEFAULT, upper.key())).contains(upper);
        }
        SimulatedDisk other = SimulatedDisk.foldingCase();
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, other)) {
            assertThatThrownBy(() -> backend.commit(SessionName.DEFAULT, Batch.of(upper, lower)))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(backend.get(SessionName.DEFAULT, upper.key())).isEmpty();
        }
    }

    @Test
    void onADiskThatFoldsCaseNoTypeAnswersForAnother() {
        Row capital = Row.of(Key.ofKey("New-Thing", "1"), Bytes.utf8("1"));
        Row small = Row.of(Key.ofKey("new-thing", "2"), Bytes.utf8("2"));
        SimulatedDisk disk = SimulatedDisk.foldingCase();
        try (Backend backend = ZaileysFileBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
            assertThatThrownBy(() -> backend.commit(SessionName.DEFAULT, Batch.of(capital, small)))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("capital");
            backend.commit(SessionName.DEFAULT, Batch.of(capital));
            assertThatThrownBy(() -> backend.commit(SessionName.DEFAULT, Batch.of(small)))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("capital");
            backend.commit(SessionName.DEFAULT, Batch.of(Row.of(Key.ofKey("New-Thing", "3"), Bytes.utf8("3"))));
            assertThat(backend.get(SessionName.DEFAULT, capital.key())).contains(capital);
            assertThat(backend.get(SessionName.DEFAULT, small.key())).isEmpty();
        }
    }

    /** Whether the batch was applied; when that is in doubt, reading decides. */
    private static boolean attempt(Backend backend, Batch batch, Map<Key, Bytes> expected) {
        Map<Key, Bytes> next = new HashMap<>(expected);
        batch.puts().forEach(row -> next.put(row.key(), row.value()));
        batch.deletes().forEach(next::remove);
        boolean applied;
        try {
            backend.commit(SessionName.DEFAULT, batch);
            applied = true;
        } catch (InDoubtException e) {
            applied = rows(backend, next).equals(next);
        } catch (UnavailableException e) {
            assertThat(e.code()).isEqualTo(StoreException.Code.STORE_WRITE_FAILED);
            applied = false;
        }
        Map<Key, Bytes> outcome = applied ? next : Map.copyOf(expected);
        expected.clear();
        expected.putAll(outcome);
        assertThat(rows(backend, next)).isEqualTo(expected);
        return applied;
    }

    private static Map<Key, Bytes> rows(DirectoryKind kind, SimulatedDisk disk, Map<Key, Bytes> expected)
            throws IOException {
        if (disk.stat(DIRECTORY).isEmpty()) {
            return Map.of();
        }
        try (Backend backend = kind.open(DIRECTORY, Access.READ_ONLY, disk)) {
            return rows(backend, expected);
        }
    }

    private static Map<Key, Bytes> rows(Backend backend, Map<Key, Bytes> expected) {
        Map<Key, Bytes> rows = new HashMap<>();
        List<Key> keys = WORK.stream()
                .flatMap(batch -> batch.puts().stream())
                .map(Row::key)
                .distinct()
                .toList();
        assertThat(keys).containsAll(expected.keySet());
        backend.get(SessionName.DEFAULT, keys).forEach((key, row) -> rows.put(key, row.value()));
        return rows;
    }

    private static long operations(DirectoryKind kind) {
        SimulatedDisk disk = SimulatedDisk.empty();
        try (Backend backend = kind.open(DIRECTORY, Access.READ_WRITE, disk)) {
            WORK.forEach(batch -> backend.commit(SessionName.DEFAULT, batch));
        }
        return disk.faults().operations();
    }

    private static Batch batch(String value, String... names) {
        List<Row> rows = java.util.Arrays.stream(names)
                .map(name -> Row.of(key(name), Bytes.utf8(DirectoryCrash.text(value))))
                .toList();
        return new Batch(List.of(), rows, List.of());
    }

    private static Key key(String name) {
        int dash = name.lastIndexOf('-');
        return dash < 0 ? Key.CREDENTIALS : Key.ofKey(name.substring(0, dash), name.substring(dash + 1));
    }
}
