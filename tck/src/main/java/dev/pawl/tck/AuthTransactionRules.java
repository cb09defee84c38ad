package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.Scope;
import dev.pawl.auth.Transaction;
import dev.pawl.auth.Updates;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Work that is one commit, through one handle: A30 to A34. */
abstract class AuthTransactionRules extends AuthDamageRules {

    static final Scope SCOPE = Scope.of("session:628.0");

    static void count(Transaction tx, String id) {
        int value = tx.read(MAPPING, id).map(Integer::parseInt).orElse(0);
        tx.write(Updates.none().put(MAPPING, id, "" + (value + 1)));
    }

    @Test
    @DisplayName("A30 a transaction sees its own writes, nobody else does before the commit, everybody after it")
    void a30OwnWrites() throws Exception {
        store.write(Updates.none().put(MAPPING, "old", "1").put(MAPPING, "gone", "1"));
        AuthStore reader = closing(AuthStore.openReadOnly(backend, MAIN));

        String result = store.transaction(SCOPE, tx -> {
            tx.write(Updates.none().put(MAPPING, "new", "2").put(MAPPING, "old", "2"));
            tx.delete(MAPPING, List.of("gone"));
            assertThat(tx.read(MAPPING, List.of("old", "new", "gone"))).isEqualTo(Map.of("old", "2", "new", "2"));
            assertThat(reader.read(MAPPING, List.of("old", "new", "gone"))).isEqualTo(Map.of("old", "1", "gone", "1"));
            assertThat(Threads.elsewhere(() -> store.read(MAPPING, "new"))).isEmpty();
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(store.read(MAPPING, List.of("old", "new", "gone"))).isEqualTo(Map.of("old", "2", "new", "2"));
    }

    @Test
    @DisplayName(
            "A31 when the work throws nothing is written, the exception comes through as it is, and the scope is free")
    void a31NothingOnThrow() {
        IOException checked = new IOException("checked");

        assertThatThrownBy(() -> store.transaction(SCOPE, tx -> {
                    tx.write(Updates.none().put(MAPPING, "1", "x"));
                    throw checked;
                }))
                .isSameAs(checked);

        assertThat(everything()).isEmpty();
        assertThat(store.<String, RuntimeException>transaction(SCOPE, tx -> "free"))
                .isEqualTo("free");
    }

    @Test
    @DisplayName(
            "A32 work inside the work is part of the same commit; when it throws, only its own writes are taken back")
    void a32Nested() {
        store.transaction(SCOPE, tx -> {
            tx.write(Updates.none().put(MAPPING, "outer", "1"));
            tx.transaction(SCOPE, inner -> {
                assertThat(inner).isSameAs(tx);
                assertThat(inner.read(MAPPING, "outer")).contains("1");
                inner.write(Updates.none().put(MAPPING, "inner", "1"));
                return "";
            });
            assertThatThrownBy(() -> tx.transaction(Scope.of("another"), inner -> {
                        inner.write(Updates.none().put(MAPPING, "outer", "2").put(MAPPING, "lost", "1"));
                        throw new IOException("caught");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(tx.read(MAPPING, "outer")).contains("1");
            assertThat(raw(MAPPING.key("inner"))).isEmpty();
            return "";
        });

        assertThat(store.read(MAPPING, List.of("outer", "inner", "lost")))
                .isEqualTo(Map.of("outer", "1", "inner", "1"));
    }

    @Test
    @DisplayName("A33 inside a transaction the store itself is refused, reads too, instead of a deadlock")
    void a33OuterStore() {
        store.createCredentials();
        Credentials credentials = store.credentials().orElseThrow();
        List<ThrowingCallable> uses = List.of(
                () -> store.credentials(),
                () -> store.read(MAPPING, "1"),
                () -> store.read(MAPPING, List.of("1")),
                () -> store.ids(MAPPING),
                () -> store.types(),
                () -> store.write(Updates.none().put(MAPPING, "1", "x")),
                () -> store.delete(MAPPING, List.of("1")),
                () -> store.saveCredentials(credentials),
                () -> store.saveCredentials(member("x", 1)),
                () -> store.createCredentials(),
                () -> store.clear(),
                () -> store.close(),
                () -> store.transaction(SCOPE, tx -> ""),
                () -> store.transaction(Scope.of("another"), tx -> ""));

        store.transaction(SCOPE, tx -> {
            uses.forEach(use -> assertThatThrownBy(use).isInstanceOf(IllegalStateException.class));
            return "";
        });

        assertThat(store.credentials()).contains(credentials);
    }

    @Test
    @DisplayName("A34 a handle is of no use after its end or in another thread")
    void a34Handle() throws Exception {
        AtomicReference<Transaction> kept = new AtomicReference<>();
        store.transaction(SCOPE, tx -> {
            kept.set(tx);
            Threads.elsewhere(() -> {
                assertThatThrownBy(() -> tx.read(MAPPING, "1")).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> tx.write(Updates.none().put(MAPPING, "1", "x")))
                        .isInstanceOf(IllegalStateException.class);
                return "";
            });
            return "";
        });
        Transaction ended = kept.get();
        List<ThrowingCallable> uses = List.of(
                () -> ended.read(MAPPING, "1"),
                ended::credentials,
                () -> ended.write(Updates.none().put(MAPPING, "1", "x")),
                () -> ended.delete(MAPPING, List.of("1")),
                () -> ended.saveCredentials(Credentials.create()),
                () -> ended.saveCredentials(member("x", 1)),
                () -> ended.transaction(SCOPE, tx -> ""));

        uses.forEach(use -> assertThatThrownBy(use).isInstanceOf(IllegalStateException.class));
        assertThat(everything()).isEmpty();
    }
}
