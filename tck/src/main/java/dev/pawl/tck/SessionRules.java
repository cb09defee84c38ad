package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sessions beside each other, and erasing in one of them: W11, W12. */
abstract class SessionRules extends PagingRules {

    private static final SessionName OTHER = SessionName.of("other");

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("W11 rows of one session are not in another, whose name may differ in one letter's case only")
    void w11SessionsAreSeparate() {
        List<SessionName> names = sessionNames();
        for (int n = 0; n < names.size(); n++) {
            backend.commit(names.get(n), Batch.of(row(key("same"), n), row(key("own-" + n), n)));
        }
        for (int pass = 0; pass < 2; pass++) {
            for (int n = 0; n < names.size(); n++) {
                assertThat(seen(list(names.get(n))))
                        .as("%s", names.get(n))
                        .containsExactlyInAnyOrder(seen(row(key("same"), n)), seen(row(key("own-" + n), n)));
                assertThat(backend.get(names.get(n), key("same")).map(this::seen))
                        .contains(seen(row(key("same"), n)));
                assertThat(backend.partitions(names.get(n), plain(), Optional.empty(), 10)
                                .items())
                        .hasSize(1);
            }
            reopenIfStored();
        }
        backend.commit(names.get(0), new Batch(List.of(), List.of(), List.of(key("same"))));
        assertThat(backend.get(names.get(1), key("same"))).isPresent();
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("W11 sessions that hold rows of the families asked for are listed in order, page by page")
    void w11SessionsAreListed() {
        List<SessionName> names = sessionNames();
        names.forEach(name -> backend.commit(name, Batch.of(row(key("1"), 1))));
        backend.commit(OTHER, Batch.of(row(Key.of(Family.LEASE, "auth"), 1)));
        backend.commit(SessionName.PAWL, Batch.of(row(Key.of(Family.LEASE, "node:1"), 1)));
        Set<SessionName> expected = new HashSet<>(names);
        for (int pass = 0; pass < 2; pass++) {
            for (int limit : new int[] {1, 2, 3, 100}) {
                assertThat(sessions(Set.of(plain()), limit)).isEqualTo(sortedNames(expected));
            }
            reopenIfStored();
        }
        assertThat(sessions(Set.of(Family.LEASE), 1)).containsExactly(OTHER);
        expected.add(OTHER);
        assertThat(sessions(EnumSet.of(plain(), Family.LEASE), 2)).isEqualTo(sortedNames(expected));
        backend.commit(names.get(0), new Batch(List.of(), List.of(), List.of(key("1"))));
        expected.remove(OTHER);
        expected.remove(names.get(0));
        assertThat(sessions(Set.of(plain()), 2)).isEqualTo(sortedNames(expected));
    }

    @Test
    @DisplayName("W11 a store that holds nothing lists no session; the default one is listed once it holds a row")
    void w11DefaultSession() {
        assertThat(sessions(backend.traits().families(), 10)).isEmpty();
        put(row(key("1"), 1));
        assertThat(sessions(Set.of(plain()), 10)).containsExactly(MAIN);
        assertThat(sessions(Set.of(Family.LEASE), 10)).isEmpty();
        delete(key("1"));
        assertThat(sessions(backend.traits().families(), 10)).isEmpty();
    }

    @RuleFor(Need.ONE_SESSION)
    @DisplayName("W11 a backend of one session refuses to write any other, and says so in its traits")
    void w11OneSessionRefusesOthers() {
        put(row(key("1"), 1));
        assertThatThrownBy(() -> backend.commit(OTHER, Batch.of(row(key("1"), 2))))
                .isInstanceOf(UnsupportedException.class);
        assertThat(read(key("1"))).contains(seen(row(key("1"), 1)));
        assertThat(sessions(Set.of(plain()), 10)).containsExactly(MAIN);
    }

    @Test
    @DisplayName("W11 the lease rows of Pawl's own session are held by every backend, and its name is never listed")
    void w11PawlSessionHoldsLeases() {
        assertThat(backend.traits().families()).contains(Family.LEASE);
        Key beat = Key.of(Family.LEASE, "node:0123456789abcdef0123456789abcdef");
        Key beside = Key.of(Family.LEASE, "node:0123456789abcdef0123456789abcdee");
        backend.commit(SessionName.PAWL, Batch.of(row(beat, 1), row(beside, 1)));
        backend.commit(SessionName.PAWL, Batch.of(row(beat, 2)).with(Check.exact(beat, number(1))));
        assertThatThrownBy(() ->
                        backend.commit(SessionName.PAWL, Batch.of(row(beat, 3)).with(Check.absent(beat))))
                .isInstanceOf(ConflictException.class);
        reopenIfStored();
        assertThat(backend.get(SessionName.PAWL, beat).map(this::seen)).contains(seen(row(beat, 2)));
        assertThat(seen(list(SessionName.PAWL, Family.LEASE)))
                .containsExactly(seen(row(beside, 1)), seen(row(beat, 2)));
        assertThat(backend.get(MAIN, beat)).isEmpty();
        assertThat(sessions(backend.traits().families(), 10)).isEmpty();
        backend.commit(SessionName.PAWL, new Batch(List.of(), List.of(), List.of(beat, beside)));
        assertThat(list(SessionName.PAWL, Family.LEASE)).isEmpty();
    }

    @Test
    @DisplayName("W12 erase removes every row of these families whatever its key, and nothing else")
    void w12EraseRemovesTheseFamilies() {
        List<Row> kept = new ArrayList<>();
        for (Family family : backend.traits().families()) {
            if (family != plain()) {
                kept.add(row(anyKey(family), 1));
            }
        }
        kept.forEach(this::put);
        if (backend.traits().manySessions()) {
            backend.commit(OTHER, Batch.of(row(key("1"), 1)));
        }
        List<Row> rows = takeAll(HostileNames.keys(plain()));
        assertThat(all(plain())).hasSameSizeAs(rows);
        backend.erase(MAIN, Set.of(plain()), List.of());
        for (int pass = 0; pass < 2; pass++) {
            assertThat(all(plain())).isEmpty();
            assertThat(partitions(plain(), 10)).isEmpty();
            kept.forEach(row -> assertThat(read(row.key())).contains(seen(row)));
            if (backend.traits().manySessions()) {
                assertThat(backend.get(OTHER, key("1"))).isPresent();
            }
            reopenIfStored();
        }
        put(row(key("after"), 1));
        assertThat(all(plain())).containsExactly(seen(row(key("after"), 1)));
    }

    @Test
    @DisplayName("W12 erase takes several families, any number of rows, and may be repeated")
    void w12EraseSeveralAndAgain() {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < (subject.isSlow() ? 270 : 600); n++) {
            rows.add(row(key(n % 2 == 0 ? "session" : "pre-key", "" + n), n));
        }
        Set<Family> families = EnumSet.copyOf(backend.traits().families());
        families.remove(Family.LEASE);
        putAll(rows);
        for (Family family : families) {
            if (family != plain()) {
                put(row(anyKey(family), 1));
            }
        }
        put(row(anyKey(Family.LEASE), 1));
        for (int pass = 0; pass < 2; pass++) {
            backend.erase(MAIN, families, List.of(Check.exact(anyKey(Family.LEASE), number(1))));
            families.forEach(family -> assertThat(all(family)).isEmpty());
            assertThat(sessions(families, 10)).isEmpty();
        }
        backend.erase(MAIN, Set.of(), List.of());
        assertThat(read(anyKey(Family.LEASE))).isPresent();
    }

    @Test
    @DisplayName("W12 erase honours its checks: when one does not hold, nothing is removed")
    void w12EraseHonoursChecks() {
        Row lease = row(anyKey(Family.LEASE), 1);
        put(lease);
        put(row(key("1"), 1));
        for (Check check : List.of(
                Check.absent(lease.key()),
                Check.exact(lease.key(), number(2)),
                Check.exact(Key.of(Family.LEASE, "messages"), number(1)))) {
            assertThatThrownBy(() -> backend.erase(MAIN, Set.of(plain()), List.of(check)))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.key()).contains(check.key()));
            assertThat(read(key("1"))).isPresent();
        }
        backend.erase(MAIN, Set.of(plain()), List.of(Check.exact(lease.key(), number(1))));
        assertThat(read(key("1"))).isEmpty();
        assertThat(read(lease.key())).contains(seen(lease));
    }

    @Test
    @DisplayName("W12 erase refuses leases, which only their owners release")
    void w12EraseRefusesLeases() {
        put(row(anyKey(Family.LEASE), 1));
        put(row(key("1"), 1));
        assertThatThrownBy(() -> backend.erase(MAIN, EnumSet.of(Family.LEASE, plain()), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(read(anyKey(Family.LEASE))).isPresent();
        assertThat(read(key("1"))).isPresent();
    }

    @RuleFor(Need.SHARING)
    @DisplayName("W12 another instance sees that rows were erased")
    void w12OtherInstanceSeesErase() {
        Backend other = second(Access.READ_WRITE);
        put(row(key("1"), 1));
        assertThat(read(other, key("1"))).isPresent();
        backend.erase(MAIN, Set.of(plain()), List.of());
        assertThat(read(other, key("1"))).isEmpty();
        assertThat(list(other, Scan.of(plain()))).isEmpty();
    }

    private static List<SessionName> sessionNames() {
        return List.of(
                SessionName.of("a"),
                SessionName.of("A"),
                SessionName.of("a.b"),
                SessionName.of("a-b"),
                SessionName.of("a_b"),
                SessionName.of("a+b"),
                SessionName.of("a@b"),
                SessionName.of("ab"),
                SessionName.of("1"),
                SessionName.of("10"),
                SessionName.of("2"),
                SessionName.DEFAULT,
                SessionName.of("con"),
                SessionName.of("x".repeat(128)));
    }

    private List<Row> list(SessionName session) {
        return list(session, plain());
    }

    private List<Row> list(SessionName session, Family family) {
        return backend.scan(session, Scan.of(family)).items();
    }

    private static List<SessionName> sortedNames(Set<SessionName> names) {
        List<SessionName> sorted = new ArrayList<>(names);
        Collections.sort(sorted, (left, right) -> UTF8.compare(left.name(), right.name()));
        return sorted;
    }

    private List<SessionName> sessions(Set<Family> families, int limit) {
        List<SessionName> names = new ArrayList<>();
        Optional<String> after = Optional.empty();
        for (int pages = 0; pages < 1000; pages++) {
            Page<SessionName, String> page = backend.sessions(families, after, limit);
            assertThat(page.items().size()).isLessThanOrEqualTo(limit);
            names.addAll(page.items());
            if (page.next().isEmpty()) {
                return names;
            }
            after = page.next();
        }
        throw new AssertionError("a listing of sessions without an end");
    }
}
