package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one commit does: W01, W02, W03, W20, W21, as far as one thread can see it. */
abstract class CommitRules extends BackendFixture {

    @Test
    @DisplayName("W01 a commit that returned is seen by every later read: rows put, replaced and deleted")
    void w01CommitIsSeen() throws Exception {
        Key key = key("1");
        assertThat(read(key)).isEmpty();
        for (int n = 0; n < 20; n++) {
            Row row = row(key, n);
            put(row);
            assertThat(read(key)).contains(seen(row));
            assertThat(all(plain())).containsExactly(seen(row));
            assertThat(Threads.elsewhere(() -> read(key))).contains(seen(row));
            if (n % 3 == 2) {
                delete(key);
                assertThat(read(key)).isEmpty();
                assertThat(all(plain())).isEmpty();
                assertThat(Threads.elsewhere(() -> read(key))).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("W01 get returns what exists of the keys it is asked for, each once, and nothing else")
    void w01GetReturnsWhatExists() {
        put(row(key("1"), 1), row(key("2"), 2), row(key("pre-key", "1"), 3));
        Map<Key, Row> found = backend.get(MAIN, List.of(key("2"), key("none"), key("pre-key", "1"), key("2")));
        assertThat(found).containsOnlyKeys(key("2"), key("pre-key", "1"));
        assertThat(seen(List.copyOf(found.values())))
                .containsExactlyInAnyOrder(seen(row(key("2"), 2)), seen(row(key("pre-key", "1"), 3)));
        assertThat(backend.get(MAIN, List.of())).isEmpty();
    }

    @RuleFor(Need.REOPENING)
    @DisplayName("W01 a commit that returned is there when the storage is opened again, as far as durability promises")
    void w01CommitSurvivesReopening() {
        if (backend.traits().durability() != Durability.NONE) {
            assertThat(subject.isStored())
                    .as("a durable backend is tested on a subject that can be opened again")
                    .isTrue();
        }
        put(row(key("kept"), 1), row(key("replaced"), 1), row(key("deleted"), 1));
        put(row(key("replaced"), 2));
        delete(key("deleted"));
        reopenIfStored();
        assertThat(all(plain())).containsExactly(seen(row(key("kept"), 1)), seen(row(key("replaced"), 2)));
        put(row(key("last"), 3));
        reopenIfStored();
        assertThat(read(key("last"))).contains(seen(row(key("last"), 3)));
    }

    @RuleFor(Need.SHARING)
    @DisplayName("W01 a commit that returned is seen by another instance on the same storage at once")
    void w01OtherInstanceSees() {
        Backend other = second(Access.READ_WRITE);
        Key key = key("1");
        for (int n = 0; n < 20; n += 2) {
            put(row(key, n));
            assertThat(read(other, key)).contains(seen(row(key, n)));
            other.commit(MAIN, Batch.of(row(key, n + 1)));
            assertThat(read(key)).contains(seen(row(key, n + 1)));
        }
        other.commit(MAIN, new Batch(List.of(), List.of(), List.of(key)));
        assertThat(read(key)).isEmpty();
        assertThat(all(plain())).isEmpty();
    }

    @Test
    @DisplayName("W02 when a check fails nothing of the batch is applied")
    void w02FailingCheckAppliesNothing() {
        put(row(key("changed"), 1), row(key("deleted"), 1));
        List<Seen> before = all(plain());
        Batch batch = new Batch(
                List.of(Check.exact(key("changed"), number(1)), Check.absent(key("deleted"))),
                List.of(row(key("new"), 2), row(key("changed"), 2), row(key("pre-key", "new"), 2)),
                List.of(key("deleted")));
        assertThatThrownBy(() -> backend.commit(MAIN, batch)).isInstanceOf(ConflictException.class);
        assertThat(all(plain())).isEqualTo(before);
        reopenIfStored();
        assertThat(all(plain())).isEqualTo(before);
    }

    @RuleFor(Need.REFUSED_ROW)
    @DisplayName("W02 when one row is refused nothing of the batch is applied")
    void w02RefusedRowAppliesNothing() {
        put(row(key("changed"), 1), row(key("deleted"), 1));
        List<Row> refused = new ArrayList<>();
        for (Key hostile : HostileNames.keys(plain())) {
            if (refused.size() < 5 && !accepts(row(hostile, 1))) {
                refused.add(row(hostile, 2));
            }
        }
        Optional<Row> tooBig = LimitRules.tooBig(backend, key("big"));
        tooBig.ifPresent(refused::add);
        assertThat(refused)
                .as("rows that are refused, as the subject says that some may be")
                .isNotEmpty();
        List<Seen> before = all(plain());
        for (Row row : refused) {
            Batch batch = new Batch(
                    List.of(), List.of(row(key("changed"), 2), row, row(key("zz"), 2)), List.of(key("deleted")));
            assertThatThrownBy(() -> backend.commit(MAIN, batch)).isInstanceOf(UnsupportedException.class);
            assertThat(all(plain())).isEqualTo(before);
        }
    }

    @Test
    @DisplayName("W02 what a batch leaves alone stays as it is")
    void w02BatchChangesNothingElse() {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            rows.add(row(key(n % 2 == 0 ? "session" : "pre-key", "" + n), n));
        }
        putAll(rows);
        put(row(key("session", "4"), 40));
        delete(key("pre-key", "5"), key("pre-key", "none"));
        rows.set(4, row(key("session", "4"), 40));
        rows.remove(5);
        assertThat(all(plain())).containsExactlyInAnyOrderElementsOf(seen(rows));
    }

    @Test
    @DisplayName("W03 a check holds exactly when the row has these bytes, or when there is none")
    void w03ChecksHoldExactly() {
        Key there = key("there");
        Key gone = key("gone");
        put(row(there, 1), row(gone, 1));
        delete(gone);
        assertHolds(Check.exact(there, number(1)));
        assertHolds(Check.unchanged(there, backend.get(MAIN, there)));
        assertHolds(Check.absent(gone));
        assertHolds(Check.absent(key("never")));
        assertFails(Check.absent(there));
        assertFails(Check.exact(there, number(2)));
        assertFails(Check.exact(gone, number(1)));
        assertFails(Check.exact(key("never"), number(1)));
        assertFails(Check.exact(key("never"), Bytes.EMPTY));
        assertFails(Check.exact(there, Bytes.EMPTY));
        if (backend.traits().verbatim().contains(plain())) {
            assertFails(Check.exact(there, Bytes.utf8("{\"n\": 1}")));
            assertFails(Check.exact(there, Bytes.utf8("{\"n\":1.0}")));
        }
    }

    @Test
    @DisplayName("W03 checks hold for rows of every family, leases byte for byte")
    void w03ChecksHoldForEveryFamily() {
        assertThat(backend.traits().verbatim()).contains(Family.LEASE);
        for (Family family : backend.traits().families()) {
            Key key = anyKey(family);
            assertHolds(Check.absent(key));
            put(row(key, 7));
            assertHolds(Check.exact(key, number(7)));
            assertFails(Check.exact(key, number(8)));
            assertFails(Check.absent(key));
        }
        assertFails(Check.exact(anyKey(Family.LEASE), Bytes.utf8("{\"n\":7 }")));
    }

    @Test
    @DisplayName("W03 a check may be about a row that the same batch writes; it is about what stood there before")
    void w03CheckOfWrittenRow() {
        Key key = key("1");
        backend.commit(MAIN, Batch.of(row(key, 1)).with(Check.absent(key)));
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row(key, 2)).with(Check.absent(key))))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row(key, 2)).with(Check.exact(key, number(2)))))
                .isInstanceOf(ConflictException.class);
        backend.commit(MAIN, Batch.of(row(key, 2)).with(Check.exact(key, number(1))));
        assertThat(read(key)).contains(seen(row(key, 2)));
        backend.commit(MAIN, new Batch(List.of(Check.exact(key, number(2))), List.of(), List.of(key)));
        assertThat(read(key)).isEmpty();
    }

    @Test
    @DisplayName("W03 the exception names the first check that did not hold, in the order of the batch")
    void w03ConflictNamesTheRow() {
        put(row(key("a"), 1), row(key("b"), 1), row(key("c"), 1));
        Check good = Check.exact(key("b"), number(1));
        Check bad = Check.exact(key("c"), number(2));
        Check worse = Check.absent(key("a"));
        assertThat(conflict(List.of(good, bad, worse))).contains(key("c"));
        assertThat(conflict(List.of(worse, good, bad))).contains(key("a"));
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("W03 a check looks at its own session only")
    void w03CheckIsOfItsSession() {
        backend.commit(SessionName.of("other"), Batch.of(row(key("1"), 1)));
        assertHolds(Check.absent(key("1")));
        assertFails(Check.exact(key("1"), number(1)));
    }

    @Test
    @DisplayName("W20 rows of several families commit together")
    void w20FamiliesCommitTogether() {
        List<Row> rows = new ArrayList<>();
        for (Family family : backend.traits().families()) {
            rows.add(row(anyKey(family), 1));
        }
        backend.commit(MAIN, new Batch(List.of(), rows, List.of()));
        assertThat(stored(rows)).containsExactlyInAnyOrderElementsOf(seen(rows));
        reopenIfStored();
        assertThat(stored(rows)).containsExactlyInAnyOrderElementsOf(seen(rows));
        for (Family family : backend.traits().families()) {
            assertThat(all(family)).containsExactly(seen(row(anyKey(family), 1)));
        }
        backend.commit(
                MAIN,
                new Batch(List.of(), List.of(), rows.stream().map(Row::key).toList()));
        assertThat(stored(rows)).isEmpty();
    }

    @Test
    @DisplayName("W20 a check on one family guards the rows of all")
    void w20CheckGuardsAllFamilies() {
        List<Row> rows = new ArrayList<>();
        for (Family family : backend.traits().families()) {
            rows.add(row(anyKey(family), 1));
        }
        for (Family family : backend.traits().families()) {
            Batch batch = new Batch(List.of(Check.exact(anyKey(family), number(5))), rows, List.of());
            assertThatThrownBy(() -> backend.commit(MAIN, batch)).isInstanceOf(ConflictException.class);
            assertThat(stored(rows)).isEmpty();
        }
    }

    @Test
    @DisplayName("W21 what a caller changes after a call changes nothing that is stored")
    void w21CallerChangesNothingStored() {
        byte[] text = "{\"n\":1}".getBytes(StandardCharsets.US_ASCII);
        List<Row> puts = new ArrayList<>(List.of(Row.of(key("1"), Bytes.copyOf(text)), row(key("2"), 2)));
        Batch batch = new Batch(List.of(), puts, List.of());
        backend.commit(MAIN, batch);
        text[5] = '9';
        puts.clear();
        Collection<Key> keys = new ArrayList<>(List.of(key("1"), key("2")));
        Map<Key, Row> found = backend.get(MAIN, keys);
        keys.clear();
        assertThat(found).hasSize(2);
        found.values().forEach(row -> row.value().toArray()[5] = '8');
        clear(found);
        assertThat(backend.get(MAIN, List.of(key("1"), key("2")))).hasSize(2);
        assertThat(read(key("1"))).contains(seen(row(key("1"), 1)));
        assertThat(all(plain())).hasSize(2);
    }

    @Test
    @DisplayName("W21 what was read stays as it was read, whatever is committed later")
    void w21ReadsAreCopies() {
        put(row(key("1"), 1));
        Map<Key, Row> found = backend.get(MAIN, List.of(key("1"), key("2")));
        List<Row> listed = list(Scan.of(plain()));
        put(row(key("1"), 2), row(key("2"), 2));
        assertThat(found).containsOnlyKeys(key("1"));
        assertThat(seen(List.copyOf(found.values()))).containsExactly(seen(row(key("1"), 1)));
        assertThat(seen(listed)).containsExactly(seen(row(key("1"), 1)));
    }

    /** A key that a row of this family may well have. */
    final Key anyKey(Family family) {
        return switch (family) {
            case CREDENTIALS -> Key.CREDENTIALS;
            case LEASE -> Key.of(Family.LEASE, "auth");
            case KEY -> Key.ofKey("pre-key", "1");
            case MESSAGE, PRESENCE -> new Key(family, "628@s.whatsapp.net", "3EB0|0");
            case ALIAS, JOB, LABEL, SET_ASIDE -> new Key(family, "lid", "628");
            default -> Key.of(family, "628");
        };
    }

    private static void clear(Map<Key, Row> found) {
        try {
            found.clear();
        } catch (UnsupportedOperationException unmodifiable) {
            assertThat(found).isNotEmpty();
        }
    }

    private List<Seen> stored(List<Row> rows) {
        return seen(List.copyOf(
                backend.get(MAIN, rows.stream().map(Row::key).toList()).values()));
    }

    private Optional<Key> conflict(List<Check> checks) {
        Batch batch = new Batch(checks, List.of(row(key("never"), 1)), List.of());
        ConflictException conflict = catchThrowableOfType(ConflictException.class, () -> backend.commit(MAIN, batch));
        assertThat(conflict).as("a check that does not hold").isNotNull();
        return conflict.key();
    }

    private void assertHolds(Check check) {
        backend.commit(MAIN, Batch.EMPTY.with(check));
        backend.commit(MAIN, Batch.of(row(key("beside"), 1)).with(check));
        delete(key("beside"));
    }

    private void assertFails(Check check) {
        for (Batch batch : List.of(Batch.EMPTY, Batch.of(row(key("beside"), 1)))) {
            assertThatThrownBy(() -> backend.commit(MAIN, batch.with(check)))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.key()).contains(check.key()));
        }
        assertThat(read(key("beside"))).isEmpty();
    }
}
