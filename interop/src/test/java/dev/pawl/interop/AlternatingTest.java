package dev.pawl.interop;

import static dev.pawl.interop.BaileysPeer.member;
import static dev.pawl.interop.BaileysPeer.number;
import static dev.pawl.interop.BaileysPeer.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.Finding;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Scope;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.interop.BaileysAccount.Message;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node and Pawl take turns on one live directory, in the middle of a conversation, and neither loses the other's work. */
final class AlternatingTest extends WithBaileys {

    private static final String ALICE = "6281111111111@s.whatsapp.net";
    private static final String BOB = "6282222222222@s.whatsapp.net";
    private static final String ADDRESS = "6282222222222.0";
    private static final int ROUNDS = 15;

    /** Ids that Baileys does not come to in these tests. */
    private static final long OWN_PRE_KEYS = 100_000;

    @TempDir
    Path directory;

    private Path live;
    private BaileysAccount alice;
    private BaileysAccount bob;
    private final Map<String, Long> counters = new HashMap<>();

    @BeforeEach
    void startConversation() {
        live = directory.resolve("live");
        alice = peer.create(live);
        bob = peer.create(directory.resolve("bob"));
        bob.mintPreKeys(2);
        alice.injectSession(BOB, bob.bundle(1));
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "hello"))).isEqualTo("hello");
        assertThat(alice.decrypt(BOB, bob.encrypt(ALICE, "hello"))).isEqualTo("hello");
    }

    @Test
    void inTurnsWithAStoreThatStaysOpen() {
        try (Backend backend = BaileysBackend.open(live, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            alternate(turn -> turn.accept(store));
        }
        soundAndComplete();
    }

    @Test
    void inTurnsWithAStoreThatIsOpenedForEachTurn() {
        alternate(turn -> {
            try (Backend backend = BaileysBackend.open(live, Access.READ_WRITE);
                    AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
                turn.accept(store);
            }
        });
        soundAndComplete();
    }

    /** @param opened hands the store over to one turn of Pawl */
    private void alternate(Consumer<Consumer<AuthStore>> opened) {
        List<Message> late = new ArrayList<>();
        for (int n = 1; n <= ROUNDS; n++) {
            int round = n;
            opened.accept(store -> turnOfPawl(store, round));
            late.add(turnOfNode(round));
        }
        // What was skipped all the way along is still there, on both sides.
        for (int n = 1; n <= ROUNDS; n++) {
            assertThat(bob.decrypt(ALICE, late.get(n - 1))).isEqualTo("late " + n);
        }
    }

    /** Sees all that Node did, writes the session back as it is, and changes what is its own. */
    private void turnOfPawl(AuthStore store, int n) {
        KeyType<Bytes> text = KeyType.text("session");
        KeyType<JsonValue> json = KeyType.json("session");
        Bytes before = store.read(text, ADDRESS).orElseThrow();
        rise(before);
        store.transaction(Scope.of(ADDRESS), transaction -> {
            JsonValue session = transaction.read(json, ADDRESS).orElseThrow();
            transaction.write(Updates.none()
                    .put(json, ADDRESS, session)
                    .put(KeyType.PRE_KEY, "" + (OWN_PRE_KEYS + n), KeyPair.generate())
                    .delete(KeyType.PRE_KEY, "" + (OWN_PRE_KEYS + n - 1))
                    .credentials(JsonObject.builder().put("roundOfPawl", n).build()));
            return n;
        });
        assertThat(store.read(text, ADDRESS)).contains(before);
        store.write(Updates.none()
                .put(
                        KeyType.SESSION,
                        ADDRESS,
                        store.read(KeyType.SESSION, ADDRESS).orElseThrow()));
        assertThat(store.read(text, ADDRESS)).contains(before);

        JsonObject credentials = store.credentials().orElseThrow().json();
        assertThat(credentials.get("roundOfPawl")).contains(JsonNumber.of(n));
        assertThat(credentials.get("roundOfNode").map(JsonValue::toText))
                .isEqualTo(n == 1 ? Optional.empty() : Optional.of("" + (n - 1)));
        assertThat(store.credentials().orElseThrow().nextPreKeyId()).hasValue(n);
        assertThat(store.read(KeyType.PRE_KEY, "" + (n - 1)).isPresent()).isEqualTo(n > 1);
    }

    /** Sees all that Pawl did, talks in both directions, and leaves one message for later. */
    private Message turnOfNode(int n) {
        alice.reload();
        JsonObject credentials = object(JsonValue.parse(alice.credentials()));
        assertThat(number(credentials, "roundOfPawl")).isEqualTo(n);
        assertThat(alice.get("pre-key", "" + (OWN_PRE_KEYS + n))).isPresent();
        assertThat(alice.get("pre-key", "" + (OWN_PRE_KEYS + n - 1))).isEmpty();

        Message late = alice.encrypt(BOB, "late " + n);
        assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "to bob " + n))).isEqualTo("to bob " + n);
        if (n % 2 == 0) {
            assertThat(alice.decrypt(BOB, bob.encrypt(ALICE, "to alice " + n))).isEqualTo("to alice " + n);
        }
        assertThat(alice.mintPreKeys(1)).containsExactly((long) n);
        alice.update("{\"roundOfNode\":" + n + "}");
        return late;
    }

    /** Checks that no counter of a chain is lower than it was. */
    private void rise(Bytes session) {
        object(member(object(JsonValue.parse(session)), "_sessions"))
                .forEach((base, entry) -> object(member(object(entry), "_chains"))
                        .forEach((key, chain) -> {
                            long counter = number(object(member(object(chain), "chainKey")), "counter");
                            String name = base + " " + key;
                            assertThat(counter).isGreaterThanOrEqualTo(counters.getOrDefault(name, -1L));
                            counters.put(name, counter);
                        }));
    }

    private void soundAndComplete() {
        // The ratchet turned every other round, so there was something to go back on.
        assertThat(counters).hasSizeGreaterThan(ROUNDS / 2);
        try (Backend backend = BaileysBackend.open(live, Access.READ_ONLY);
                AuthStore store = AuthStore.openReadOnly(backend, SessionName.DEFAULT)) {
            // The pre-key of Pawl has a number that Baileys has not come to, which is worth a remark.
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT))
                    .filteredOn(Finding::isProblem)
                    .allMatch(finding -> finding.rule().equals("pre-key-counter"));
            List<String> preKeys = new ArrayList<>(List.of("" + (OWN_PRE_KEYS + ROUNDS)));
            for (int n = 1; n <= ROUNDS; n++) {
                preKeys.add("" + n);
            }
            assertThat(store.ids(KeyType.PRE_KEY)).containsExactlyInAnyOrderElementsOf(preKeys);
        }
    }

    @Test
    void aSessionThatNodeMovedOnIsNotOverwritten() {
        try (Backend backend = BaileysBackend.open(live, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            List<Message> messages = new ArrayList<>();
            assertThatThrownBy(() -> store.transaction(Scope.of(ADDRESS), transaction -> {
                        Bytes read = transaction
                                .read(KeyType.text("session"), ADDRESS)
                                .orElseThrow();
                        messages.add(alice.encrypt(BOB, "in between"));
                        transaction.write(Updates.none()
                                .put(KeyType.text("session"), ADDRESS, read)
                                .put(KeyType.PRE_KEY, "7", KeyPair.generate()));
                        return read;
                    }))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.key()).contains(Key.ofKey("session", ADDRESS)));

            assertThat(store.read(KeyType.PRE_KEY, "7")).isEmpty();
            messages.add(alice.encrypt(BOB, "and after"));
            assertThat(bob.decrypt(ALICE, messages.get(0))).isEqualTo("in between");
            assertThat(bob.decrypt(ALICE, messages.get(1))).isEqualTo("and after");
        }
    }

    @Test
    void aRecordThatNodeMadeMeanwhileIsNotOverwritten() {
        try (Backend backend = BaileysBackend.open(live, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            KeyPair ours = KeyPair.generate();
            assertThatThrownBy(() -> store.transaction(Scope.of("mint"), transaction -> {
                        assertThat(transaction.read(KeyType.PRE_KEY, "1")).isEmpty();
                        assertThat(alice.mintPreKeys(1)).containsExactly(1L);
                        transaction.write(Updates.none().put(KeyType.PRE_KEY, "1", ours));
                        return ours;
                    }))
                    .isInstanceOf(ConflictException.class);
            assertThat(store.read(KeyType.PRE_KEY, "1")).isPresent().isNotEqualTo(Optional.of(ours));
        }
    }

    @Test
    void workThatMayRunAgainStartsFromWhatNodeWrote() {
        try (Backend backend = BaileysBackend.open(live, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            List<Bytes> read = new ArrayList<>();
            store.transaction(Scope.of(ADDRESS).rerunOnConflict(2), transaction -> {
                Bytes session =
                        transaction.read(KeyType.text("session"), ADDRESS).orElseThrow();
                if (read.isEmpty()) {
                    assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "once"))).isEqualTo("once");
                }
                read.add(session);
                transaction.write(Updates.none().put(KeyType.text("session"), ADDRESS, session));
                return session;
            });
            assertThat(read).hasSize(2).doesNotHaveDuplicates();
            assertThat(store.read(KeyType.text("session"), ADDRESS)).contains(read.get(1));
            assertThat(bob.decrypt(ALICE, alice.encrypt(BOB, "twice"))).isEqualTo("twice");
        }
    }

    @Test
    void credentialsThatNodeSavedAreOnlyMergedInto() {
        try (Backend backend = BaileysBackend.open(live, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            Credentials old = store.credentials().orElseThrow();
            alice.update("{\"lastPropHash\":\"of Node\"}");

            assertThatThrownBy(() -> store.saveCredentials(old.with("platform", JsonValue.parse("\"smba\""))))
                    .isInstanceOf(ConflictException.class);
            assertThat(AuthFiles.text(live, "creds.json")).isEqualTo(alice.credentials());

            JsonObject partial = JsonObject.builder().put("platform", "smba").build();
            Credentials merged = store.saveCredentials(partial);
            assertThat(merged.json().get("lastPropHash")).contains(JsonValue.parse("\"of Node\""));
            alice.reload();
            assertThat(alice.credentials()).isEqualTo(merged.text().utf8()).endsWith(",\"platform\":\"smba\"}");
        }
    }
}
