package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a backend ends, how it meets damage, and what it does when it may only read: W14, W17, W22. */
abstract class LifeRules extends LimitRules {

    @Test
    @DisplayName("W14 after close every use is ClosedException; closing again does nothing")
    void w14ClosedIsClosed() {
        put(row(key("1"), 1));
        close(backend);
        backend.close();
        List<ThrowingCallable> uses = List.of(
                () -> backend.get(MAIN, key("1")),
                () -> backend.get(MAIN, List.of(key("1"))),
                () -> backend.scan(MAIN, Scan.of(plain())),
                () -> backend.partitions(MAIN, plain(), Optional.empty(), 1),
                () -> backend.sessions(Set.of(plain()), Optional.empty(), 1),
                () -> backend.commit(MAIN, Batch.of(row(key("1"), 2))),
                () -> backend.commit(MAIN, Batch.EMPTY.with(Check.absent(key("1")))),
                () -> backend.erase(MAIN, Set.of(plain()), List.of()));
        uses.forEach(use -> assertThatThrownBy(use).isInstanceOf(ClosedException.class));
        backend.close();
        if (subject.isStored()) {
            backend = open(subject, Access.READ_WRITE);
            assertThat(read(key("1"))).contains(seen(row(key("1"), 1)));
        }
    }

    @RuleFor(Need.SHARING)
    @DisplayName("W14 closing one instance leaves another on the same storage open")
    void w14CloseIsOfOneInstance() {
        Backend other = second(Access.READ_WRITE);
        put(row(key("1"), 1));
        close(backend);
        other.commit(MAIN, Batch.of(row(key("2"), 2)));
        assertThat(other.get(MAIN, List.of(key("1"), key("2")))).hasSize(2);
    }

    @RuleFor(Need.DAMAGE)
    @DisplayName(
            "W17 a damaged row is CorruptDataException with its key and place, when it is read and when it is listed")
    void w17DamageIsReported() throws Exception {
        Key damaged = damaged();
        CorruptDataException read = catchThrowableOfType(
                CorruptDataException.class, () -> backend.get(MAIN, List.of(key("sound"), damaged)));
        CorruptDataException listed = catchThrowableOfType(CorruptDataException.class, () -> list(Scan.of(plain())));
        for (CorruptDataException corrupt : new CorruptDataException[] {read, listed}) {
            assertThat(corrupt).isNotNull();
            assertThat(corrupt.key()).contains(damaged);
            assertThat(corrupt.place()).isEqualTo(backend.locate(MAIN, damaged));
            assertThat(corrupt.getMessage()).startsWith(corrupt.place());
        }
    }

    @RuleFor(Need.DAMAGE)
    @DisplayName("W17 a damaged row is not an absent one: no check holds for it and nothing is applied")
    void w17DamagedIsNotAbsent() throws Exception {
        Key damaged = damaged();
        for (Check check : List.of(Check.absent(damaged), Check.exact(damaged, number(1)))) {
            assertThatThrownBy(() ->
                            backend.commit(MAIN, Batch.of(row(key("sound"), 5)).with(check)))
                    .isInstanceOfAny(CorruptDataException.class, ConflictException.class);
            assertThat(read(key("sound"))).contains(seen(row(key("sound"), 2)));
        }
        assertStillDamaged(damaged);
    }

    @RuleFor(Need.DAMAGE)
    @DisplayName(
            "W17 damage of one row leaves the others usable, and reading, reopening and closing change nothing of it")
    void w17DamageStaysAlone() throws Exception {
        Key damaged = damaged();
        assertStillDamaged(damaged);
        assertThat(read(key("sound"))).contains(seen(row(key("sound"), 2)));
        put(row(key("sound"), 3));
        assertThat(read(key("sound"))).contains(seen(row(key("sound"), 3)));
        backend.inspect(MAIN);
        reopenIfStored();
        assertStillDamaged(damaged);
        assertThat(read(key("sound"))).contains(seen(row(key("sound"), 3)));
    }

    @RuleFor(Need.DAMAGE)
    @DisplayName("W17 a damaged row can be replaced, deleted and erased")
    void w17DamageCanBeRemoved() throws Exception {
        Key damaged = damaged();
        put(row(damaged, 7));
        assertThat(read(damaged)).contains(seen(row(damaged, 7)));
        subject.damage().orElseThrow().on(MAIN, damaged);
        delete(damaged);
        assertThat(read(damaged)).isEmpty();
        put(row(damaged, 7));
        subject.damage().orElseThrow().on(MAIN, damaged);
        backend.erase(MAIN, Set.of(plain()), List.of());
        assertThat(all(plain())).isEmpty();
        assertThat(read(damaged)).isEmpty();
    }

    @RuleFor({Need.DAMAGE, Need.OBSTRUCTION})
    @DisplayName("W17 missing, damaged and unreadable are three answers")
    void w17MissingDamagedUnreadable() throws Exception {
        Key damaged = damaged();
        assertThat(read(key("missing"))).isEmpty();
        assertStillDamaged(damaged);
        Key obstructed = key("obstructed");
        put(row(obstructed, 1));
        subject.obstruction().orElseThrow().on(MAIN, obstructed);
        assertThatThrownBy(() -> backend.get(MAIN, obstructed))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        unreadable -> assertThat(unreadable.code()).isEqualTo(StoreException.Code.STORE_READ_FAILED));
    }

    @RuleFor(Need.REOPENING)
    @DisplayName("W22 an instance opened for reading reads everything, refuses to write and changes nothing")
    void w22ReadOnlyRefusesToWrite() {
        put(row(key("1"), 1));
        Backend reader;
        if (subject.isShared()) {
            reader = second(Access.READ_ONLY);
        } else {
            close(backend);
            reader = open(subject, Access.READ_ONLY);
            backend = reader;
        }
        assertThat(read(reader, key("1"))).contains(seen(row(key("1"), 1)));
        assertThatThrownBy(() -> reader.commit(MAIN, Batch.of(row(key("1"), 2), row(key("2"), 2))))
                .isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> reader.commit(MAIN, new Batch(List.of(), List.of(), List.of(key("1")))))
                .isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> reader.erase(MAIN, Set.of(plain()), List.of()))
                .isInstanceOf(UnsupportedException.class);
        reopenIfStored();
        assertThat(all(plain())).containsExactly(seen(row(key("1"), 1)));
    }

    @RuleFor(Need.REOPENING)
    @DisplayName("W22 opening for reading what does not exist is an error and creates nothing")
    void w22ReadOnlyCreatesNothing() throws Exception {
        Subject nothing = freshSubject();
        for (int twice = 0; twice < 2; twice++) {
            assertThatThrownBy(() -> open(nothing, Access.READ_ONLY)).isInstanceOf(UnavailableException.class);
        }
    }

    /** A damaged row beside a sound one, which has number 2. */
    private Key damaged() throws Exception {
        Key damaged = key("damaged");
        put(row(key("sound"), 2), row(damaged, 1));
        subject.damage().orElseThrow().on(MAIN, damaged);
        return damaged;
    }

    private void assertStillDamaged(Key damaged) {
        assertThatThrownBy(() -> backend.get(MAIN, damaged)).isInstanceOf(CorruptDataException.class);
    }
}
