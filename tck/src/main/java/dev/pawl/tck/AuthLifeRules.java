package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How an identity ends, who may write, and what only reads: A50 to A57. */
abstract class AuthLifeRules extends AuthIsolationRules {

    private static final String LEASE = "auth";

    private void fill() {
        store.createCredentials();
        Updates all = Updates.none().put(FUTURE, "1", JsonValue.parse("{}"));
        for (Example<?> example : examples()) {
            all = example.addTo(all);
        }
        store.write(all);
    }

    /** What is refused once a session was cleared. */
    private List<ThrowingCallable> writesOfTheOldIdentity() {
        return List.of(
                () -> store.write(Updates.none().put(MAPPING, "1", "x")),
                () -> store.delete(MAPPING, List.of("1")),
                () -> store.saveCredentials(member("nextPreKeyId", 9)),
                () -> store.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "1", "x"));
                    return "";
                }));
    }

    @Test
    @DisplayName("A50 clear erases every key of every type, known or not, and the credentials")
    void a50Clear() {
        fill();
        foreign(Key.ofKey("another-type", "x"), "1");

        store.clear();

        assertThat(everything()).isEmpty();
        store.clear();
        reopen();
        assertThat(everything()).isEmpty();
    }

    @Test
    @DisplayName("A51 after clear every write is fenced, partial updates too, until credentials are created")
    void a51FencedUntilCreated() {
        fill();
        store.clear();

        writesOfTheOldIdentity().forEach(write -> refused(FencedException.class, write));
        store.createCredentials();
        store.write(Updates.none().put(MAPPING, "1", "x"));
        assertThat(store.read(MAPPING, "1")).contains("x");
    }

    @Test
    @DisplayName("A51 after clear credentials written whole open the store again; a late save of the old ones does not")
    void a51FencedUntilWrittenWhole() {
        fill();
        Credentials old = store.credentials().orElseThrow();
        store.clear();

        refused(ConflictException.class, () -> store.saveCredentials(old));
        writesOfTheOldIdentity().forEach(write -> refused(FencedException.class, write));
        store.write(Updates.none().credentials(Credentials.create()).put(MAPPING, "1", "x"));
        store.saveCredentials(member("nextPreKeyId", 2));
        assertThat(stored("nextPreKeyId")).isEqualTo(2);
    }

    @Test
    @DisplayName("A51 a transaction begun before clear never commits, not even when there is a new identity")
    void a51LateTransactions() {
        fill();
        assertThatThrownBy(() -> store.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "late", "x"));
                    Threads.elsewhere(() -> {
                        store.clear();
                        return store.createCredentials();
                    });
                    return "";
                }))
                .isInstanceOf(FencedException.class);

        assertThat(store.read(MAPPING, "late")).isEmpty();
        assertThat(store.credentials()).isPresent();
        assertThat(store.types()).isEmpty();
    }

    @Test
    @DisplayName(
            "A52 a clear that broke off leaves no credentials without their keys and refuses all writes; it is finished by clearing again, or by who opens next")
    void a52InterruptedClear() {
        AtomicReference<Optional<Family>> breaksAt = new AtomicReference<>(Optional.empty());
        Backend breaking = new ForwardingBackend(backend) {
            @Override
            public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                if (breaksAt.get().filter(families::contains).isPresent()) {
                    // Every backend may stop between two families, and no credentials outlive their keys in one call.
                    if (breaksAt.get().equals(Optional.of(Family.KEY)) && families.contains(Family.CREDENTIALS)) {
                        super.erase(session, Set.of(Family.CREDENTIALS), checks);
                    }
                    throw UnavailableException.writeFailed("a planted failure", new IOException("gone"));
                }
                super.erase(session, families, checks);
            }
        };
        for (Family family : List.of(Family.KEY, Family.CREDENTIALS)) {
            for (boolean again : List.of(true, false)) {
                fill();
                Map<Key, Bytes> filled = everything();
                store.close();
                store = closing(AuthStore.open(breaking, MAIN));
                breaksAt.set(Optional.of(family));
                assertThatThrownBy(store::clear).isInstanceOf(UnavailableException.class);
                if (family == Family.KEY) {
                    filled.remove(Key.CREDENTIALS);
                }
                assertThat(everything())
                        .as("credentials go before any key, breaking off at %s", family)
                        .isEqualTo(filled);
                writesOfTheOldIdentity().forEach(write -> refused(FencedException.class, write));
                refused(FencedException.class, () -> store.saveCredentials(Credentials.create()));
                refused(FencedException.class, store::createCredentials);

                breaksAt.set(Optional.empty());
                if (again) {
                    store.clear();
                    store.createCredentials();
                    store.clear();
                }
                reopen();

                assertThat(everything()).isEmpty();
                assertThat(Lease.read(backend, MAIN, LEASE).orElseThrow().state())
                        .isEqualTo(LeaseState.HELD);
            }
        }
    }

    @Test
    @DisplayName("A53 reading only takes no lease and writes nothing, and every write is refused")
    void a53ReadOnly() {
        fill();
        AuthStore reader = closing(AuthStore.openReadOnly(backend, MAIN));

        assertThat(reader.credentials()).isEqualTo(store.credentials());
        assertThat(reader.types()).isEqualTo(store.types());
        for (Example<?> example : examples()) {
            assertThat(reader.read(example.type(), example.id()).map(Object.class::cast))
                    .contains(example.value());
        }
        assertThat(reader.<Optional<String>, RuntimeException>transaction(
                        SCOPE, tx -> tx.read(MAPPING, "6281111111111")))
                .isPresent();
        List<ThrowingCallable> writes = List.of(
                () -> reader.write(Updates.none().put(MAPPING, "1", "x")),
                () -> reader.delete(MAPPING, List.of("6281111111111")),
                () -> reader.saveCredentials(Credentials.create()),
                () -> reader.saveCredentials(member("x", 1)),
                reader::createCredentials,
                reader::clear,
                () -> reader.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "1", "x"));
                    return "";
                }),
                () -> reader.transaction(SCOPE, tx -> tx.saveCredentials(Credentials.create())));
        writes.forEach(write -> refused(UnsupportedException.class, write));
        store.write(Updates.none().put(MAPPING, "still", "mine"));
    }

    @Test
    @DisplayName("A53 an unused store that is opened for reading stays without any row")
    void a53ReadOnlyLeavesNoTrace() {
        store.close();
        try (AuthStore reader = AuthStore.openReadOnly(backend, MAIN)) {
            assertThat(reader.credentials()).isEmpty();
        }

        assertThat(raw(Key.of(Family.LEASE, LEASE))).isEmpty();
    }

    @Test
    @DisplayName("A53 a session that is being migrated can be read and not written")
    void a53MigratingIsReadable() {
        fill();
        store.close();
        try (Lease lease = Lease.on(backend, MAIN, LEASE).acquire()) {
            lease.mark(new LeaseState.Migrating("elsewhere"));
        }

        assertThatThrownBy(() -> AuthStore.open(backend, MAIN)).isInstanceOf(InUseException.class);
        try (AuthStore reader = AuthStore.openReadOnly(backend, MAIN)) {
            assertThat(reader.credentials()).isPresent();
            assertThat(reader.types()).isNotEmpty();
        }
    }

    @Test
    @DisplayName("A54 a live owner is not disturbed by a second opener, and lets it in by closing")
    void a54OneOwner() {
        Backend second = secondBackend();
        store.createCredentials();

        assertThatThrownBy(() -> AuthStore.open(second, MAIN)).isInstanceOf(InUseException.class);
        store.saveCredentials(member("nextPreKeyId", 2));
        store.close();

        store = closing(AuthStore.open(second, MAIN));
        store.saveCredentials(member("nextPreKeyId", 3));
        assertThat(stored("nextPreKeyId")).isEqualTo(3);
    }

    @Test
    @DisplayName("A55 after a take-over the old owner commits nothing, and the new owner's commits are all there")
    void a55TakeOver() {
        store.createCredentials();
        AuthStore old = store;
        refused(
                FencedException.class,
                () -> old.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "late", "x"));
                    store = closing(Threads.elsewhere(() ->
                            AuthStore.opening(secondBackend(), MAIN).takeOver().open()));
                    return "";
                }));
        Credentials stale = old.credentials().orElseThrow();
        List<ThrowingCallable> writes = List.of(
                () -> old.write(Updates.none().put(MAPPING, "1", "x")),
                () -> old.saveCredentials(member("nextPreKeyId", 9)),
                () -> old.saveCredentials(stale),
                () -> old.saveCredentials(Credentials.create()),
                old::clear);

        for (int i = 0; i < writes.size(); i++) {
            store.write(Updates.none().put(MAPPING, "new" + i, "x"));
            refused(FencedException.class, writes.get(i));
        }
        assertThat(store.ids(MAPPING)).containsExactly("new0", "new1", "new2", "new3", "new4");
        assertThat(store.credentials()).contains(stale);
        old.close();
        store.write(Updates.none().put(MAPPING, "after", "x"));
    }

    @Test
    @DisplayName("A56 after close every use is ClosedException, closing again does nothing, and the backend goes on")
    void a56Closed() {
        store.createCredentials();
        AuthStore closed = store;
        closed.close();
        closed.close();
        List<ThrowingCallable> uses = List.of(
                closed::credentials,
                closed::createCredentials,
                closed::clear,
                closed::types,
                () -> closed.ids(MAPPING),
                () -> closed.read(MAPPING, "1"),
                () -> closed.write(Updates.none().put(MAPPING, "1", "x")),
                () -> closed.write(Updates.none()),
                () -> closed.delete(MAPPING, List.of("1")),
                () -> closed.saveCredentials(Credentials.create()),
                () -> closed.saveCredentials(member("x", 1)),
                () -> closed.transaction(SCOPE, tx -> ""));

        uses.forEach(use -> assertThatThrownBy(use).isInstanceOf(ClosedException.class));
        reopen();
        assertThat(store.credentials()).isPresent();
    }

    @Test
    @DisplayName("A56 a transaction that is under way when the store is closed commits nothing")
    void a56ClosedInside() {
        assertThatThrownBy(() -> store.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "1", "x"));
                    Threads.elsewhere(() -> {
                        store.close();
                        return "";
                    });
                    return "";
                }))
                .isInstanceOf(ClosedException.class);

        assertThat(raw(MAPPING.key("1"))).isEmpty();
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("A57 sessions of one backend do not see each other")
    void a57Sessions() {
        SessionName another = SessionName.of("another");
        try (AuthStore other = AuthStore.open(backend, another)) {
            fill();
            assertThat(other.credentials()).isEmpty();
            assertThat(other.types()).isEmpty();
            Credentials theirs = other.createCredentials();
            store.clear();
            assertThat(other.credentials()).contains(theirs);
        }
    }

    @RuleFor(Need.ONE_SESSION)
    @DisplayName("A57 a backend of one session refuses the others at opening")
    void a57OneSession() {
        assertThatThrownBy(() -> AuthStore.open(backend, SessionName.of("another")))
                .isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> AuthStore.openReadOnly(backend, SessionName.of("another")))
                .isInstanceOf(UnsupportedException.class);
    }

    /** Another backend on the same storage, or this one where it is the only one. */
    private Backend secondBackend() {
        return subject.isShared() ? closing(subject.open(Access.READ_WRITE)) : backend;
    }
}
