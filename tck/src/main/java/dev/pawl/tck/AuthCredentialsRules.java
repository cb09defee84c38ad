package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One identity, made once, never guessed, never set back: A01 to A10. */
abstract class AuthCredentialsRules extends AuthFixture {

    private static final String COUNTER = "nextPreKeyId";

    /** JSON that is no credentials; what is no JSON at all, a backend reports itself. */
    private static final List<String> NO_CREDENTIALS =
            List.of("null", "[]", "\"hello\"", "0", "false", "{}", "{\"noiseKey\":{}}");

    @Test
    @DisplayName("A01 an empty store has no credentials, no keys and no types, and reading it writes nothing")
    void a01EmptyIsEmpty() {
        assertThat(store.credentials()).isEmpty();
        assertThat(store.types()).isEmpty();
        assertThat(store.ids(KeyType.PRE_KEY)).isEmpty();
        assertThat(store.read(KeyType.SESSION, "1.0")).isEmpty();
        assertThat(AuthState.load(store)).isEmpty();
        assertThat(everything()).isEmpty();
    }

    @Test
    @DisplayName("A02 damaged credentials are an error that names the place, never absent and never a new identity")
    void a02DamagedIsNotAbsent() {
        for (String damaged : NO_CREDENTIALS) {
            foreign(Key.CREDENTIALS, damaged);

            assertThatThrownBy(store::credentials)
                    .as(damaged)
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageStartingWith(backend.locate(MAIN, Key.CREDENTIALS));
            refused(CorruptDataException.class, () -> AuthState.loadOrCreate(store));
            refused(CorruptDataException.class, () -> store.saveCredentials(member(COUNTER, 2)));
            refused(ConflictException.class, store::createCredentials);
            reopen();
            holds(Key.CREDENTIALS, damaged);
        }
    }

    @Test
    @DisplayName("A02 whole credentials can be saved over damaged ones, because somebody decided so")
    void a02WholeCredentialsRepair() {
        foreign(Key.CREDENTIALS, "[]");
        Credentials made = Credentials.create();

        store.saveCredentials(made);

        assertThat(store.credentials().map(this::kept)).contains(kept(made));
    }

    @Test
    @DisplayName("A03 a created identity is sound, is stored, and is read back byte for byte")
    void a03Create() {
        Credentials made = store.createCredentials();

        reopen();
        Credentials read = store.credentials().orElseThrow();
        holds(Key.CREDENTIALS, made.text().utf8());
        assertThat(read.noiseKey().privateKey()).isEqualTo(made.noiseKey().privateKey());
        assertThat(read.noiseKey().publicKey()).isEqualTo(made.noiseKey().publicKey());
        assertThat(read.signedPreKey().isSignedBy(read.signedIdentityKey().publicKey()))
                .isTrue();
        assertThat(read.registrationId()).isBetween(1L, 16380L);
        assertThat(read.paired()).isFalse();
    }

    @Test
    @DisplayName(
            "A04 nothing is created while there are credentials or keys of any type, and the refusal says what is there")
    void a04CreateRefusesWhatExists() {
        foreign(FUTURE.key("1"), "{}");
        assertThatThrownBy(store::createCredentials)
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(FUTURE.name());
        refused(ConflictException.class, () -> AuthState.loadOrCreate(store));
        store.delete(FUTURE, List.of("1"));

        store.createCredentials();
        assertThatThrownBy(store::createCredentials)
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(backend.locate(MAIN, Key.CREDENTIALS));
        refused(ConflictException.class, store::createCredentials);
    }

    @Test
    @DisplayName("A04 of many that create at once exactly one does")
    void a04CreateOnce() throws Exception {
        List<Callable<Optional<StoreException>>> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            all.add(() -> attempt(store::createCredentials));
        }

        List<Optional<StoreException>> ends = Threads.together(all);

        assertThat(ends).filteredOn(Optional::isEmpty).hasSize(1);
        assertThat(ends)
                .filteredOn(Optional::isPresent)
                .allSatisfy(end -> assertThat(end.orElseThrow()).isInstanceOf(ConflictException.class));
    }

    @Test
    @DisplayName("A04 an identity is created before or after a key that is written meanwhile, never in the middle")
    void a04CreateBesideWrites() throws Exception {
        List<Optional<StoreException>> ends = Threads.together(List.of(
                () -> attempt(store::createCredentials),
                () -> attempt(() -> store.write(Updates.none().put(MAPPING, "1", "2")))));

        assertThat(ends.get(1)).isEmpty();
        assertThat(store.credentials().isPresent()).isEqualTo(ends.get(0).isEmpty());
    }

    @Test
    @DisplayName("A04 an identity that another program makes meanwhile is not written over")
    void a04CreateBesideForeignIdentity() {
        store.close();
        Credentials theirs = Credentials.create();
        Backend racing = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (batch.puts().stream().anyMatch(row -> row.key().equals(Key.CREDENTIALS))) {
                    foreign(Key.CREDENTIALS, theirs.text().utf8());
                }
                super.commit(session, batch);
            }
        };
        store = closing(AuthStore.open(racing, MAIN));

        assertThatThrownBy(store::createCredentials).isInstanceOf(ConflictException.class);
        assertThat(store.credentials().map(this::kept)).contains(kept(theirs));
    }

    @Test
    @DisplayName("A05 whole credentials that come from nowhere replace what is there; the last one stays")
    void a05WholeReplaces() {
        store.saveCredentials(Credentials.create());
        Credentials last = Credentials.create();
        Credentials parsed = Credentials.parse(Bytes.utf8(" " + last.text().utf8() + "\n"));

        store.saveCredentials(parsed);

        holds(Key.CREDENTIALS, parsed.text().utf8());
    }

    @Test
    @DisplayName("A06 credentials that were loaded before somebody else saved are refused: counters never go back")
    void a06StaleIsRefused() {
        store.createCredentials();
        Credentials early = store.credentials().orElseThrow();
        store.saveCredentials(early.with(COUNTER, JsonNumber.of(31)));

        refused(
                ConflictException.class,
                () -> store.saveCredentials(early.with("platform", new JsonString("android"))));
        refused(ConflictException.class, () -> store.saveCredentials(early));
        refused(
                ConflictException.class,
                () -> store.write(Updates.none().put(MAPPING, "1", "2").credentials(early)));
        assertThat(stored(COUNTER)).isEqualTo(31);
    }

    @Test
    @DisplayName("A06 credentials that another program changed are not overwritten either")
    void a06ForeignChangeIsNotOverwritten() {
        Credentials mine = store.createCredentials();
        Credentials theirs = mine.with(COUNTER, JsonNumber.of(99));
        foreign(Key.CREDENTIALS, theirs.text().utf8());

        refused(ConflictException.class, () -> store.saveCredentials(mine.with(COUNTER, JsonNumber.of(2))));
    }

    @Test
    @DisplayName("A07 what a save returns can be changed and saved the next time")
    void a07SavedAgain() {
        Credentials now = store.createCredentials();
        for (int i = 2; i < 20; i++) {
            now = store.saveCredentials(now.with(COUNTER, JsonNumber.of(i)));
            now = store.saveCredentials(member("step", i));
        }

        assertThat(stored(COUNTER)).isEqualTo(19);
        assertThat(store.credentials()).contains(now);
    }

    @Test
    @DisplayName("A08 a partial update replaces whole members and keeps all others, known or not, in their order")
    void a08PartialMerges() {
        store.saveCredentials(Credentials.create()
                .with("unknown", new JsonString("kept \ud83c\udfea"))
                .with(
                        "accountSettings",
                        JsonObject.builder()
                                .put("unarchiveChats", false)
                                .put("x", 1)
                                .build()));
        String before = store.credentials().orElseThrow().text().utf8();

        store.saveCredentials(JsonObject.builder()
                .put(
                        "accountSettings",
                        JsonObject.builder().put("unarchiveChats", true).build())
                .put("platform", "android")
                .build());

        // "x" is told from the rest by its name, wherever the members stand.
        String after = before.replaceAll(
                        "\"accountSettings\":\\{[^}]*\"x\":1[^}]*}", "\"accountSettings\":{\"unarchiveChats\":true}")
                .replaceAll("}$", ",\"platform\":\"android\"}");
        assertThat(after).isNotEqualTo(before);
        assertThat(kept(store.credentials().orElseThrow())).isEqualTo(kept(Family.CREDENTIALS, after));
    }

    @Test
    @DisplayName("A08 a partial update needs credentials, and must leave a usable identity")
    void a08PartialIsRefused() {
        refused(ConflictException.class, () -> store.saveCredentials(member(COUNTER, 5)));
        refused(
                ConflictException.class,
                () -> store.write(Updates.none().put(MAPPING, "1", "2").credentials(member(COUNTER, 5))));
        store.createCredentials();
        refused(IllegalArgumentException.class, () -> store.saveCredentials(member("noiseKey", 5)));
    }

    @Test
    @DisplayName("A09 of many partial updates at once none is lost")
    void a09NoPartialIsLost() throws Exception {
        store.createCredentials();
        List<Callable<Object>> all = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int number = thread;
            all.add(() -> {
                for (int i = 0; i < 10; i++) {
                    store.saveCredentials(member("m" + number + "-" + i, i));
                }
                return number;
            });
        }

        Threads.together(all);

        Credentials read = store.credentials().orElseThrow();
        for (int thread = 0; thread < 8; thread++) {
            for (int i = 0; i < 10; i++) {
                assertThat(number(read, "m" + thread + "-" + i)).isEqualTo(i);
            }
        }
    }

    @Test
    @DisplayName("A09 a partial update is not lost to another program that saves meanwhile")
    void a09PartialBesideForeignWriter() throws Exception {
        store.createCredentials();
        Threads.together(List.of(
                () -> {
                    for (int i = 0; i < 40; i++) {
                        store.saveCredentials(member("ours" + i, i));
                    }
                    return "";
                },
                () -> {
                    for (int i = 0; i < 40; i++) {
                        foreignUpdate("theirs" + i, i);
                    }
                    return "";
                }));

        Credentials read = store.credentials().orElseThrow();
        for (int i = 0; i < 40; i++) {
            assertThat(number(read, "ours" + i)).isEqualTo(i);
            assertThat(number(read, "theirs" + i)).isEqualTo(i);
        }
    }

    /** Another program that is as careful as we are: it changes what it read, or tries again. */
    private void foreignUpdate(String name, long number) {
        while (true) {
            Bytes before = raw(Key.CREDENTIALS).orElseThrow();
            Bytes after =
                    Credentials.parse(before).with(name, JsonNumber.of(number)).text();
            try {
                backend.commit(
                        MAIN, Batch.of(Row.of(Key.CREDENTIALS, after)).with(Check.exact(Key.CREDENTIALS, before)));
                return;
            } catch (ConflictException lost) {
                // somebody was faster
            }
        }
    }

    @Test
    @DisplayName("A09 many saves of whole credentials at once leave one of them, whole")
    void a09ManyWholeSaves() throws Exception {
        List<Credentials> candidates = new ArrayList<>();
        List<Callable<Object>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Credentials one = Credentials.create();
            candidates.add(one);
            all.add(() -> store.saveCredentials(one));
        }

        Threads.together(all);

        assertThat(candidates.stream().map(this::kept))
                .contains(kept(store.credentials().orElseThrow()));
    }

    @Test
    @DisplayName("A10 the starting state loads or creates, and saves whole and partial updates")
    void a10State() {
        AuthState state = AuthState.loadOrCreate(store);
        assertThat(store.credentials().map(this::kept)).contains(kept(state.credentials()));

        state.save(member(COUNTER, 7));
        state.save(state.credentials().with("platform", new JsonString("iphone")));

        assertThat(state.credentials().platform()).contains("iphone");
        AuthState again = AuthState.load(store).orElseThrow();
        assertThat(kept(again.credentials())).isEqualTo(kept(state.credentials()));
        assertThat(number(again.credentials(), COUNTER)).isEqualTo(7);
        assertThat(again.keys()).isSameAs(store);
        AuthStore reader = closing(AuthStore.openReadOnly(backend, MAIN));
        assertThat(kept(AuthState.load(reader).orElseThrow().credentials())).isEqualTo(kept(state.credentials()));
    }
}
