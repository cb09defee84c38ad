package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Scope;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.interop.BaileysAccount.Through;
import dev.pawl.interop.BaileysAccount.Update;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Pawl committed is what real Baileys reads: that, all of it, and nothing else. */
final class BaileysReadsPawlTest extends WithBaileys {

    @TempDir
    Path directory;

    private Path live;
    private Backend backend;
    private AuthStore store;

    @BeforeEach
    void openExample() {
        live = AuthFiles.copyOfExample(directory.resolve("live"));
        backend = BaileysBackend.open(live, Access.READ_WRITE);
        store = AuthStore.open(backend, SessionName.DEFAULT);
    }

    @AfterEach
    void close() {
        store.close();
        backend.close();
    }

    @ParameterizedTest
    @EnumSource(Through.class)
    void aBatchOverManyTypesIsReadThroughEveryLayer(Through through) {
        Map<String, String> before = AuthFiles.of(live);
        Map<String, String> texts = Map.of(
                "session", "{\"_sessions\":{},\"version\":\"v1\"}",
                "identity-key", "{\"type\":\"Buffer\",\"data\":\"" + "Bf".repeat(22) + "\"}",
                "sender-key-memory", "{\"6282222222222@s.whatsapp.net\":true}",
                "device-list", "[\"0\",\"5\"]",
                "lid-mapping", "\"11122233344455\"",
                "my-own-type", "{\"2\":\"two\",\"10\":\"ten\"}");
        Updates updates = Updates.none()
                .credentials(JsonObject.builder().put("lastPropHash", "of Pawl").build());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            updates = updates.put(KeyType.json(text.getKey()), "new", JsonValue.parse(text.getValue()));
        }
        updates = updates.delete(KeyType.PRE_KEY, "1").delete(KeyType.PRE_KEY, "2");
        store.write(updates);

        BaileysAccount account = peer.open(live);
        texts.forEach((type, text) ->
                assertThat(account.get(through, type, List.of("new"))).as(type).isEqualTo(Map.of("new", text)));
        assertThat(account.get(through, "pre-key", List.of("1", "2", "3"))).containsOnlyKeys("3");
        assertThat(account.credentials())
                .isEqualTo(store.credentials().orElseThrow().text().utf8())
                .contains("\"lastPropHash\":\"of Pawl\"");
        Map<String, String> after = AuthFiles.of(live);
        assertThat(after).hasSize(before.size() - 2 + texts.size());
        before.keySet().removeAll(Set.of("creds.json", "pre-key-1.json", "pre-key-2.json"));
        assertThat(after).containsAllEntriesOf(before);
    }

    @Test
    void aTransactionThatFailsLeavesEverythingToBaileysAsItWas() {
        Map<String, String> before = AuthFiles.of(live);
        assertThatThrownBy(() -> store.transaction(Scope.of("fails"), transaction -> {
                    transaction.write(Updates.none()
                            .put(KeyType.LID_MAPPING, "1", "2")
                            .delete(KeyType.PRE_KEY, "3")
                            .credentials(
                                    JsonObject.builder().put("platform", "none").build()));
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        assertThat(AuthFiles.of(live)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "0", "-0", "0.0", "\"\""})
    void aValueThatBaileysTakesForADeletionIsRefused(String falsy) {
        store.write(Updates.none().put(KeyType.json("my-own-type"), "a", JsonValue.parse("{\"kept\":true}")));
        assertThatThrownBy(() -> Updates.none().put(KeyType.json("my-own-type"), "a", JsonValue.parse(falsy)))
                .isInstanceOf(IllegalArgumentException.class);
        BaileysAccount account = peer.open(live);
        assertThat(account.get("my-own-type", "a")).contains("{\"kept\":true}");

        account.set(Through.FILES, List.of(Update.put("my-own-type", "a", falsy)));
        assertThat(store.read(KeyType.json("my-own-type"), "a")).isEmpty();
    }

    @Test
    void nullDeletesOnBothSides() {
        KeyType<JsonValue> own = KeyType.json("my-own-type");
        store.write(Updates.none().put(own, "a", JsonValue.parse("{}")).put(own, "b", JsonValue.parse("[]")));
        BaileysAccount account = peer.open(live);
        assertThat(account.get(Through.FILES, "my-own-type", List.of("a", "b"))).hasSize(2);

        store.write(Updates.none().put(own, "a", JsonValue.parse("null")));
        assertThat(account.get(Through.FILES, "my-own-type", List.of("a", "b"))).containsOnlyKeys("b");
        account.set(Through.FILES, List.of(Update.delete("my-own-type", "b")));
        assertThat(store.ids(own)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "\"0\"", "{\"type\":\"Buffer\",\"data\":\"\"}", "1", "true"})
    void whatOnlyLooksEmptyIsAValueOnBothSides(String text) {
        KeyType<JsonValue> own = KeyType.json("my-own-type");
        store.write(Updates.none().put(own, "a", JsonValue.parse(text)));
        BaileysAccount account = peer.open(live);
        assertThat(account.get(Through.FILES, "my-own-type", List.of("a"))).isEqualTo(Map.of("a", text));

        account.set(Through.FILES, List.of(Update.put("my-own-type", "b", text)));
        assertThat(store.read(KeyType.text("my-own-type"), "b").orElseThrow().utf8())
                .isEqualTo(text);
    }

    @Test
    void idsThatTheProtocolMakesAreFiledWhereBaileysLooks() {
        Map<String, String> ids = Map.of(
                "session", "11122233344455_1.5",
                "sender-key-memory", "120363021234567890@g.us",
                "app-state-sync-key", "AAD/+++/",
                "tctoken", "11122233344455@lid",
                "sender-key", "6281234567890-1600000000@g.us::6281234567890::17",
                "lid-mapping", "98765432109876_reverse");
        ids.forEach((type, id) ->
                store.write(Updates.none().put(KeyType.json(type), id, JsonValue.parse("{\"of\":\"Pawl\"}"))));
        BaileysAccount account = peer.open(live);
        ids.forEach((type, id) -> {
            if (!type.equals("app-state-sync-key")) {
                assertThat(account.get(Through.FILES, type, List.of(id)))
                        .as(type)
                        .isEqualTo(Map.of(id, "{\"of\":\"Pawl\"}"));
            }
            account.set(Through.FILES, List.of(Update.put(type, id, "{\"of\":\"Baileys\"}")));
            assertThat(store.ids(KeyType.json(type))).contains(id);
            assertThat(store.read(KeyType.json(type), id)).isPresent();
        });
    }

    @Test
    void afterClearingBaileysFindsNothingAndWouldMakeANewIdentity() {
        BaileysAccount account = peer.open(live);
        String old = account.credentials();
        Map<String, String> before = AuthFiles.of(live);

        store.clear();

        assertThat(AuthFiles.of(live)).isEmpty();
        for (String file : before.keySet()) {
            if (file.startsWith("pre-key-")) {
                String id = file.substring("pre-key-".length(), file.length() - ".json".length());
                assertThat(account.get("pre-key", id)).isEmpty();
            }
        }
        assertThat(account.hasSession("6282222222222@s.whatsapp.net")).isFalse();
        assertThat(peer.open(live).credentials()).isNotEqualTo(old).doesNotContain("\"me\"");
        assertThatThrownBy(() -> store.write(Updates.none().put(KeyType.LID_MAPPING, "1", "2")))
                .isInstanceOf(FencedException.class);
        assertThat(AuthFiles.of(live)).isEmpty();
    }

    @Test
    void aNewIdentityAfterClearingHasNothingOfTheOldOne() {
        store.clear();
        Credentials made = store.createCredentials();
        BaileysAccount account = peer.open(live);
        assertThat(account.credentials()).isEqualTo(made.text().utf8());
        assertThat(AuthFiles.of(live)).containsOnlyKeys("creds.json");
        assertThat(account.mintPreKeys(1)).containsExactly(1L);
        assertThat(store.credentials().orElseThrow().nextPreKeyId()).hasValue(2);
    }
}
