package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.SESSION;
import static dev.pawl.migrate.Contents.all;
import static dev.pawl.migrate.Contents.fill;
import static dev.pawl.migrate.Contents.lease;
import static dev.pawl.migrate.Contents.put;
import static dev.pawl.migrate.Contents.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a migration refuses, and that a refusal changes nothing. */
class MigrationRefusalTest {

    private final MemoryBackend source = new MemoryBackend();
    private final MemoryBackend target = new MemoryBackend();
    private List<Row> before = List.of();

    @BeforeEach
    void fillSource() {
        fill(source);
        before = all(source);
    }

    @AfterEach
    void theSourceIsAsItWas() {
        assertThat(all(source)).isEqualTo(before);
    }

    private Migration migration() {
        return Migration.from(source, SESSION).to(target, SESSION);
    }

    @Test
    void aMissingSourceIsRefusedAndNothingCreated() {
        assertThatThrownBy(() -> Migration.from(source, SessionName.of("missing"))
                        .to(target, SESSION)
                        .run())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("missing");

        assertThat(target.sessions(Set.of(Family.values()), Optional.empty(), 10)
                        .items())
                .isEmpty();
    }

    @Test
    void oneStoreCannotBeBothEnds() {
        assertThatThrownBy(() -> Migration.from(source, SESSION)
                        .to(source, SESSION)
                        .overwrite()
                        .run())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("same store");

        assertThat(lease(source)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneStoreUnderTwoNamesIsFoundOutBeforeAnythingIsErased(boolean retireSource) {
        Backend otherName = new ForwardingBackend(source) {
            @Override
            public String locate(SessionName session, Key key) {
                return "elsewhere " + super.locate(session, key);
            }
        };
        Migration migration =
                Migration.from(source, SESSION).to(otherName, SESSION).overwrite();

        assertThatThrownBy((retireSource ? migration.retireSource() : migration)::run)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("same store");

        assertThat(lease(source)).isEmpty();
        AuthStore.open(source, SESSION).close();
    }

    @Test
    void anotherSessionOfTheSameStoreIsNotTheSame() {
        Migration.from(source, SESSION).to(source, SessionName.of("copy")).run();

        assertThat(source.sessions(Set.of(Family.CREDENTIALS), Optional.empty(), 10)
                        .items())
                .containsExactly(SessionName.of("copy"), SESSION);
    }

    @Test
    void aTargetThatIsNotEmptyIsRefused() {
        put(target, row("session", "old", "{}"));

        assertThatThrownBy(migration()::run)
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("--overwrite");

        assertThat(all(target)).containsExactly(row("session", "old", "{}"));
        assertThat(lease(target)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "false", "0", "-0.0", "\"\"", "{}x"})
    void oneDamagedRecordRefusesEverythingAndTheTargetIsNotErased(String damage) {
        put(source, row("pre-key", "77", damage));
        before = all(source);
        put(target, row("session", "old", "{}"));

        assertThatThrownBy(migration().overwrite()::run)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(source.locate(SESSION, Key.ofKey("pre-key", "77")));

        assertThat(all(target)).containsExactly(row("session", "old", "{}"));
        assertThat(lease(target)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "{\"noiseKey\":{}}"})
    void damagedCredentialsRefuseEverything(String damage) {
        put(source, Row.of(Key.CREDENTIALS, Bytes.utf8(damage)));
        before = all(source);

        assertThatThrownBy(migration()::run)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith(source.locate(SESSION, Key.CREDENTIALS));

        assertThat(all(target)).isEmpty();
    }

    @Test
    void aTargetInUseIsRefusedUnlessItIsTakenOver() {
        try (AuthStore holder = AuthStore.open(target, SESSION)) {
            assertThatThrownBy(migration()::run).isInstanceOf(InUseException.class);
            assertThat(all(target)).isEmpty();
            assertThat(holder.types()).isEmpty();

            migration().takeOver().run();
        }
        assertThat(all(target)).isEqualTo(before);
    }

    @Test
    void aSourceInUseCannotBeRetiredUnlessItIsTakenOver() {
        try (AuthStore holder = AuthStore.open(source, SESSION)) {
            assertThatThrownBy(migration().retireSource()::run).isInstanceOf(InUseException.class);
            assertThat(holder.credentials()).isPresent();
            assertThat(all(target)).isEmpty();

            migration().takeOver().retireSource().run();
        }
        assertThat(all(target)).isEqualTo(before);
    }

    @Test
    void aSourceInUseCanBeCopied() {
        try (AuthStore holder = AuthStore.open(source, SESSION)) {
            migration().run();
            assertThat(all(target)).isEqualTo(before);
            holder.delete(KeyType.PRE_KEY, List.of("0"));
        }
        before = all(source);
    }

    @Test
    void aSourceThatIsItselfHalfCopiedErasedOrRetiredIsRefused() {
        for (LeaseState state : List.of(
                new LeaseState.Migrating("somewhere"), new LeaseState.Retired("elsewhere"), LeaseState.CLEARING)) {
            try (Lease lease = Lease.on(source, SESSION, "auth").overAnyState().acquire()) {
                lease.mark(state);
            }
            assertThatThrownBy(migration()::run).isInstanceOf(InUseException.class);
        }
        assertThat(all(target)).isEmpty();
    }

    @Test
    void aValueThatIsTooBigForTheTargetIsNamedBeforeAnythingIsWritten() {
        Backend small = new ForwardingBackend(target) {
            @Override
            public Traits traits() {
                return new Traits(
                        target.traits().families(),
                        Durability.NONE,
                        new Traits.Limits(100, 100_000, 12, 100),
                        true,
                        target.traits().families());
            }
        };

        assertThatThrownBy(
                        () -> Migration.from(source, SESSION).to(small, SESSION).run())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("no type that anybody knows")
                .hasMessageContaining("more");

        assertThat(all(target)).isEmpty();
        assertThat(lease(target)).isEmpty();
    }

    @Test
    void twoIdsInOnePlaceOfTheTargetAreNamedBeforeAnythingIsWritten() {
        put(source, row("device-list", "a__b", "[]"));
        before = all(source);
        Backend files = new ForwardingBackend(target) {
            @Override
            public String locate(SessionName session, Key key) {
                return super.locate(session, key).replace("/", "__");
            }
        };

        assertThatThrownBy(
                        () -> Migration.from(source, SESSION).to(files, SESSION).run())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("a/b")
                .hasMessageContaining("a__b");

        assertThat(all(target)).isEmpty();
    }

    @Test
    void aTargetThatDoesNotGiveBackWhatWasWrittenStaysClosed() {
        Backend lying = new ForwardingBackend(target) {
            @Override
            public void commit(SessionName session, Batch batch) {
                super.commit(
                        session,
                        new Batch(
                                batch.checks(),
                                batch.puts().stream()
                                        .map(row ->
                                                row.key().id().equals("a/b") ? row("device-list", "a/b", "[1]") : row)
                                        .toList(),
                                batch.deletes()));
            }
        };

        assertThatThrownBy(
                        () -> Migration.from(source, SESSION).to(lying, SESSION).run())
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("a/b");
        assertThatThrownBy(() -> AuthStore.open(target, SESSION)).isInstanceOf(InUseException.class);
    }

    @Test
    void aHalfCopiedTargetTakesNoOtherSourceUnlessItIsOverwritten() {
        try (Lease lease = Lease.on(target, SESSION, "auth").acquire()) {
            lease.mark(new LeaseState.Migrating("another source"));
        }

        assertThatThrownBy(migration()::run).isInstanceOf(InUseException.class).hasMessageContaining("another source");

        migration().overwrite().run();
        assertThat(all(target)).isEqualTo(before);
    }
}
