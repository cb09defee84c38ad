package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnsupportedException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Damage, limits, many at once, and what is never shown: A20 to A26. */
abstract class AuthDamageRules extends AuthRecordRules {

    @Test
    @DisplayName(
            "A20 a damaged record is an error with its place; the others are read, it is still listed, nothing changes")
    void a20DamagedRecords() {
        store.write(Updates.none().put(KeyType.PRE_KEY, "1", KeyPair.generate()));
        foreign(KeyType.PRE_KEY.key("2"), "{\"private\":\"AAAA\"}");
        foreign(KeyType.PRE_KEY.key("3"), "null");

        for (String id : List.of("2", "3")) {
            assertThatThrownBy(() -> store.read(KeyType.PRE_KEY, List.of("1", id)))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageStartingWith(backend.locate(MAIN, KeyType.PRE_KEY.key(id)))
                    .hasMessageNotContaining("AAAA");
        }
        assertThat(store.read(KeyType.PRE_KEY, "1")).isPresent();
        assertThat(store.ids(KeyType.PRE_KEY)).containsExactly("1", "2", "3");
        holds(KeyType.PRE_KEY.key("2"), "{\"private\":\"AAAA\"}");
    }

    @Test
    @DisplayName("A21 nothing is cached: what another program wrote or deleted is what the next read gives")
    void a21NoCache() {
        store.write(Updates.none().put(MAPPING, "1", "a"));
        assertThat(store.read(MAPPING, "1")).contains("a");
        assertThat(store.read(MAPPING, "2")).isEmpty();

        foreign(MAPPING.key("1"), "\"b\"");
        foreign(MAPPING.key("2"), "\"c\"");
        assertThat(store.read(MAPPING, List.of("1", "2"))).isEqualTo(Map.of("1", "b", "2", "c"));

        backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(MAPPING.key("1"))));
        assertThat(store.read(MAPPING, "1")).isEmpty();
    }

    @Test
    @DisplayName("A22 what a caller changes after a call changes nothing stored, and what it got it cannot change")
    void a22Copies() {
        Map<String, Boolean> memory = new HashMap<>(Map.of("a@lid", true));
        List<String> devices = new ArrayList<>(List.of("0"));
        Updates updates = Updates.none()
                .put(KeyType.SENDER_KEY_MEMORY, "g@g.us", memory)
                .put(KeyType.DEVICE_LIST, "628", devices);
        memory.put("b@lid", true);
        devices.add("5");
        store.write(updates);

        assertThat(store.read(KeyType.SENDER_KEY_MEMORY, "g@g.us")).contains(Map.of("a@lid", true));
        assertThat(store.read(KeyType.DEVICE_LIST, "628")).contains(List.of("0"));
        assertThatThrownBy(() ->
                        store.read(KeyType.DEVICE_LIST, "628").orElseThrow().add("9"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> store.read(KeyType.SENDER_KEY_MEMORY, "g@g.us")
                        .orElseThrow()
                        .clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> store.read(MAPPING, List.of("x")).put("y", "z"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @DisplayName("A23 a write over the limits is refused whole, and reads over them are split")
    void a23Limits() {
        store.close();
        AtomicInteger most = new AtomicInteger();
        Backend small = new ForwardingBackend(backend) {
            @Override
            public Traits traits() {
                return limited(super.traits(), new Traits.Limits(5, Long.MAX_VALUE, Integer.MAX_VALUE, 3));
            }

            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                most.accumulateAndGet(keys.size(), Math::max);
                return super.get(session, keys);
            }

            @Override
            public void commit(SessionName session, Batch batch) {
                traits().requireWithin(batch);
                super.commit(session, batch);
            }
        };
        store = closing(AuthStore.open(small, MAIN));
        List<String> ids = List.of("1", "2", "3", "4", "5", "6", "7");
        for (String id : ids) {
            store.write(Updates.none().put(MAPPING, id, "x" + id));
        }
        Updates tooMuch = Updates.none();
        for (String id : ids) {
            tooMuch = tooMuch.put(MAPPING, id, "y");
        }

        Updates refused = tooMuch;
        refused(UnsupportedException.class, () -> store.write(refused));
        assertThat(store.read(MAPPING, ids)).hasSize(7).containsEntry("7", "x7");
        assertThat(most).hasValueLessThanOrEqualTo(3);
    }

    static Traits limited(Traits traits, Traits.Limits limits) {
        return new Traits(traits.families(), traits.durability(), limits, traits.manySessions(), traits.verbatim());
    }

    @Test
    @DisplayName("A24 many writes and reads at once: all are there and none fails")
    void a24Parallel() throws Exception {
        List<Callable<Object>> all = new ArrayList<>();
        for (int thread = 0; thread < 10; thread++) {
            int first = thread * 50;
            all.add(() -> {
                for (int i = first; i < first + 50; i++) {
                    store.write(Updates.none().put(MAPPING, "" + i, "v" + i));
                }
                return "";
            });
            all.add(() -> {
                for (int i = first; i < first + 50; i++) {
                    String id = "" + i;
                    store.read(MAPPING, id).ifPresent(value -> assertThat(value).isEqualTo("v" + id));
                }
                return "";
            });
        }

        Threads.together(all);

        assertThat(store.ids(MAPPING)).hasSize(500);
        for (int i = 0; i < 500; i += 49) {
            assertThat(store.read(MAPPING, "" + i)).contains("v" + i);
        }
    }

    @Test
    @DisplayName("A25 no secret is in what a store, its values and its errors say about themselves")
    void a25NoSecrets() {
        Credentials made = store.createCredentials();
        String secret = made.advSecretKey();
        String privateKey =
                Base64.getEncoder().encodeToString(made.noiseKey().privateKey().toArray());
        Updates all = Updates.none().credentials(made);
        for (Example<?> example : examples()) {
            all = example.addTo(all);
        }
        List<Object> said = new ArrayList<>(List.of(
                store,
                made,
                all,
                made.noiseKey(),
                made.signedPreKey(),
                AttemptMessage.of(() -> store.saveCredentials(member("noiseKey", secret))),
                AttemptMessage.of(store::createCredentials)));
        examples().stream()
                .filter(example -> !(example.value() instanceof String
                        || example.value() instanceof Collection
                        || example.value() instanceof Map))
                .forEach(example -> said.add(example.value()));

        assertThat(said)
                .allSatisfy(one -> assertThat(one.toString())
                        .doesNotContain(secret, privateKey)
                        .hasSizeLessThan(600));
        examples()
                .forEach(example -> assertThat(example.type().toString())
                        .contains(example.type().name()));
    }

    @Test
    @DisplayName("A25 a damaged session is named without the ratchet keys that name its chains")
    void a25ChainsAreNumbered() {
        String text = sample("session-bob", "session-6281111111111.0.json").utf8();
        String chains = "\"_chains\":{\"";
        int start = text.indexOf(chains) + chains.length();
        String ratchetKey = text.substring(start, text.indexOf('"', start));
        foreign(
                KeyType.SESSION.key("6281111111111.0"),
                text.replace("\"" + ratchetKey + "\":{\"chainKey\"", "\"" + ratchetKey + "\":{\"noChainKey\""));

        assertThat(ratchetKey).hasSize(44);
        assertThatThrownBy(() -> store.read(KeyType.SESSION, "6281111111111.0"))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("_chains[0].chainKey")
                .hasMessageNotContaining(ratchetKey);
    }

    /** What an exception says, and what it says was the cause. */
    private record AttemptMessage(String text) {
        static AttemptMessage of(Runnable action) {
            try {
                action.run();
                return new AttemptMessage("");
            } catch (RuntimeException e) {
                return new AttemptMessage(e + " " + e.getCause());
            }
        }
    }

    @Test
    @DisplayName(
            "A26 a backend without credentials, keys or leases is refused at opening, and the message says what to use")
    void a26Families() {
        for (Family missing : List.of(Family.CREDENTIALS, Family.KEY, Family.LEASE)) {
            Set<Family> held = new HashSet<>(backend.traits().families());
            held.remove(missing);
            Backend poor = new ForwardingBackend(backend) {
                @Override
                public Traits traits() {
                    return new Traits(held, Durability.NONE, Traits.Limits.NONE, true, held);
                }
            };
            assertThatThrownBy(() -> AuthStore.open(poor, MAIN))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining(missing.name())
                    .hasMessageContaining("use ");
            if (missing != Family.LEASE) {
                assertThatThrownBy(() -> AuthStore.openReadOnly(poor, MAIN)).isInstanceOf(UnsupportedException.class);
            }
        }
    }
}
