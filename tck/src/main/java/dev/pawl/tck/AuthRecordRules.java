package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Key;
import dev.pawl.backend.Partition;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Key records of any type, one commit for all that belongs together: A11 to A19. */
abstract class AuthRecordRules extends AuthCredentialsRules {

    private static final List<String> EMPTY_LOOKING =
            List.of("{}", "[]", "\"0\"", "true", "{\"type\":\"Buffer\",\"data\":\"\"}");

    @Test
    @DisplayName("A11 a record of each known type comes back as it was written, also after opening again")
    void a11RoundTrip() {
        Updates all = Updates.none();
        for (Example<?> example : examples()) {
            all = example.addTo(all);
        }
        store.write(all);

        reopen();
        for (Example<?> example : examples()) {
            assertThat(store.read(example.type(), example.id()).map(Object.class::cast))
                    .as("%s", example.type())
                    .contains(example.value());
        }
        assertThat(store.types()).hasSize(KeyType.known().size());
    }

    @Test
    @DisplayName("A12 a type that nobody knows keeps its text, member order and numbers included")
    void a12UnknownTypes() {
        String text = "{\"z\":1.50,\"a\":[1e3,{\"2\":0,\"1\":0}],\"u\":\"\\u2028\"}";
        store.write(Updates.none().put(KeyType.text(FUTURE.name()), "x", Bytes.utf8(text)));

        holds(FUTURE.key("x"), text);
        assertThat(store.read(FUTURE, "x")).contains(JsonValue.parse(text));
        assertThat(store.types())
                .containsExactly(
                        new Partition(FUTURE.name(), store.types().get(0).rows()));
    }

    @Test
    @DisplayName("A13 null deletes, delete deletes, and deleting what is not there is no error")
    void a13Deletes() {
        store.write(Updates.none()
                .put(MAPPING, "1", "a")
                .put(MAPPING, "2", "b")
                .put(FUTURE, "3", JsonValue.parse("{}"))
                .put(MAPPING, "4", "d"));

        store.write(Updates.none().put(MAPPING, "1", null).delete(MAPPING, "2").put(FUTURE, "3", JsonNull.NULL));
        store.delete(MAPPING, List.of("4", "5"));
        store.delete(KeyType.PRE_KEY, List.of("none"));
        store.delete(KeyType.PRE_KEY, List.of());

        assertThat(everything()).isEmpty();
    }

    @Test
    @DisplayName("A13 of two changes to one record in one write the later counts")
    void a13LaterCounts() {
        store.write(Updates.none().put(MAPPING, "1", "a").delete(MAPPING, "1").put(MAPPING, "1", "b"));
        assertThat(store.read(MAPPING, "1")).contains("b");

        store.write(Updates.none().put(MAPPING, "1", "c").delete(MAPPING, "1"));
        assertThat(store.read(MAPPING, "1")).isEmpty();
    }

    @Test
    @DisplayName("A14 false, 0 and \"\" are refused, because Baileys would delete the record")
    void a14FalsyIsRefused() {
        foreign(FUTURE.key("1"), "1");

        for (String text : List.of("false", "0", "\"\"")) {
            refused(
                    IllegalArgumentException.class,
                    () -> store.write(Updates.none().put(MAPPING, "2", "x").put(FUTURE, "1", JsonValue.parse(text))));
        }
    }

    @Test
    @DisplayName("A14 {}, [], \"0\", true and empty bytes are values and are kept")
    void a14EmptyLookingValues() {
        for (int i = 0; i < EMPTY_LOOKING.size(); i++) {
            store.write(Updates.none().put(FUTURE, "" + i, JsonValue.parse(EMPTY_LOOKING.get(i))));
        }

        for (int i = 0; i < EMPTY_LOOKING.size(); i++) {
            holds(FUTURE.key("" + i), EMPTY_LOOKING.get(i));
        }
    }

    @Test
    @DisplayName("A15 keys of several types and the credentials are written together or not at all, for every reader")
    void a15OneCommit() throws Exception {
        store.createCredentials();
        AuthStore reader = closing(AuthStore.openReadOnly(backend, MAIN));
        AtomicInteger torn = new AtomicInteger();
        int rounds = 60;
        Threads.together(List.of(
                () -> {
                    for (int i = 1; i <= rounds; i++) {
                        store.write(Updates.none()
                                .put(MAPPING, "forth", "" + i)
                                .put(MAPPING, "back", "" + i)
                                .credentials(member("nextPreKeyId", i)));
                    }
                    return "";
                },
                () -> {
                    while (!reader.read(MAPPING, "forth").equals(Optional.of("" + rounds))) {
                        Map<String, String> both = reader.read(MAPPING, List.of("forth", "back"));
                        if (!Objects.equals(both.get("forth"), both.get("back"))) {
                            torn.incrementAndGet();
                        }
                    }
                    return "";
                }));

        assertThat(torn).hasValue(0);
        assertThat(stored("nextPreKeyId")).isEqualTo(rounds);
    }

    @Test
    @DisplayName("A16 ids that are not there are absent; the others come in the order asked for, each once")
    void a16KnownAndUnknownIds() {
        store.write(Updates.none().put(MAPPING, "a", "1").put(MAPPING, "b", "2"));

        assertThat(store.read(MAPPING, List.of("x", "b", "a", "b", "y")))
                .containsExactly(Map.entry("b", "2"), Map.entry("a", "1"));
        assertThat(store.read(MAPPING, List.of("x"))).isEmpty();
        assertThat(store.read(MAPPING, List.of())).isEmpty();
    }

    @Test
    @DisplayName("A17 a record is overwritten whole, and the same id in another type is another record")
    void a17Overwrite() {
        store.write(Updates.none().put(MAPPING, "1", "a").put(FUTURE, "1", JsonValue.parse("{\"x\":1,\"y\":2}")));
        store.write(Updates.none().put(FUTURE, "1", JsonValue.parse("{\"y\":3}")));

        assertThat(store.read(MAPPING, "1")).contains("a");
        holds(FUTURE.key("1"), "{\"y\":3}");
    }

    @Test
    @DisplayName("A18 all ids of a type are listed in byte order, more than a page of them too")
    void a18Ids() {
        Updates many = Updates.none();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            ids.add("" + i);
            many = many.put(MAPPING, "" + i, "x");
        }
        store.write(many.put(FUTURE, "other", JsonValue.parse("1")));

        ids.sort(Key.BYTE_ORDER);
        assertThat(store.ids(MAPPING)).isEqualTo(ids);
        assertThat(store.ids(FUTURE)).containsExactly("other");
        assertThat(store.types()).extracting(Partition::name).containsExactly(MAPPING.name(), FUTURE.name());
    }

    @Test
    @DisplayName("A18 812 pre-keys are one write and one read")
    void a18ManyPreKeys() {
        KeyPair pair = KeyPair.generate();
        Updates batch = Updates.none();
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= 812; i++) {
            ids.add("" + i);
            batch = batch.put(KeyType.PRE_KEY, "" + i, pair);
        }
        store.write(batch);

        assertThat(store.read(KeyType.PRE_KEY, ids))
                .hasSize(812)
                .allSatisfy((id, read) -> assertThat(read).isEqualTo(pair));
    }

    @Test
    @DisplayName("A19 ids as WhatsApp makes them are distinct records under the id they were given")
    void a19Ids() {
        Map<Key, String> expected = new HashMap<>();
        Updates all = Updates.none();
        for (Key key : HostileNames.ordinary()) {
            String text = "{\"n\":" + expected.size() + "}";
            expected.put(key, text);
            all = all.put(KeyType.text(key.partition()), key.id(), Bytes.utf8(text));
        }
        store.write(all);

        assertThat(everything().keySet()).isEqualTo(expected.keySet());
        expected.forEach(this::holds);
    }
}
