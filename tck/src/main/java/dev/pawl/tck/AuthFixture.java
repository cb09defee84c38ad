package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AppStateSyncKey;
import dev.pawl.auth.AppStateSyncVersion;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.SessionRecord;
import dev.pawl.auth.TrustedContactToken;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Opens the auth store of one test and says what the rules say in few words. The classes below it hold the rules; {@link AuthStoreTck} stands for all of them. */
@Timeout(120)
abstract class AuthFixture extends ContractSuite {

    static final SessionName MAIN = SessionName.DEFAULT;

    /** A type that nobody knows. */
    static final KeyType<JsonValue> FUTURE = KeyType.json("type-of-the-future");

    /** A known type with short values. */
    static final KeyType<String> MAPPING = KeyType.LID_MAPPING;

    Subject subject;
    Backend backend;
    AuthStore store;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    final void openStore() throws IOException {
        subject = subject(Files.createDirectory(directory.resolve("storage")));
        backend = closing(subject.open(Access.READ_WRITE));
        store = closing(AuthStore.open(backend, MAIN));
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** Remembers to close this after the test. */
    final <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    /** Closes the store and opens it again. */
    final void reopen() {
        store.close();
        store = closing(AuthStore.open(backend, MAIN));
    }

    /** Writes a row as another program would: past the store. */
    final void foreign(Key key, String text) {
        backend.commit(MAIN, Batch.of(Row.of(key, Bytes.utf8(text))));
    }

    /** What a row holds, past the store. */
    final Optional<Bytes> raw(Key key) {
        return backend.get(MAIN, key).map(Row::value);
    }

    /** Checks what a row holds: this text, byte for byte where the backend keeps that, else what it means. */
    final void holds(Key key, String text) {
        assertThat(kept(key.family(), raw(key).orElseThrow().utf8())).isEqualTo(kept(key.family(), text));
    }

    /** As much of these credentials as comes back: their text where the backend keeps that, else what it means. */
    final String kept(Credentials credentials) {
        return kept(Family.CREDENTIALS, credentials.text().utf8());
    }

    /** Likewise of a value of this family. */
    final String kept(Family family, String text) {
        return backend.traits().verbatim().contains(family) ? text : JsonMeaning.of(JsonValue.parse(text));
    }

    /** Every key row and the credentials, past the store. */
    final Map<Key, Bytes> everything() {
        Map<Key, Bytes> rows = new HashMap<>();
        store.types()
                .forEach(type -> store.ids(KeyType.json(type.name())).forEach(id -> {
                    Key key = Key.ofKey(type.name(), id);
                    rows.put(key, raw(key).orElseThrow());
                }));
        raw(Key.CREDENTIALS).ifPresent(text -> rows.put(Key.CREDENTIALS, text));
        return rows;
    }

    /** Checks that this is refused in this way and changes nothing. */
    final void refused(Class<? extends RuntimeException> how, ThrowingCallable action) {
        Map<Key, Bytes> before = everything();
        assertThatThrownBy(action).isInstanceOf(how);
        assertThat(everything()).isEqualTo(before);
    }

    static JsonObject member(String name, long number) {
        return JsonObject.EMPTY.with(name, JsonNumber.of(number));
    }

    static JsonObject member(String name, String text) {
        return JsonObject.EMPTY.with(name, new JsonString(text));
    }

    /** The number in this member of the stored credentials. */
    final long stored(String name) {
        return number(store.credentials().orElseThrow(), name);
    }

    static long number(Credentials credentials, String name) {
        return ((JsonNumber) credentials.json().get(name).orElseThrow()).longValue();
    }

    static Bytes bytes(int size, int seed) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (seed + i);
        }
        return Bytes.wrap(bytes);
    }

    static Bytes sample(String name, String file) {
        return Bytes.wrap(Samples.bytes(name, file));
    }

    /** One record of each known type. */
    static List<Example<?>> examples() {
        return List.of(
                new Example<>(KeyType.PRE_KEY, "1", KeyPair.of(bytes(32, 1), bytes(32, 200))),
                new Example<>(
                        KeyType.SESSION,
                        "6281111111111.0",
                        SessionRecord.of(JsonValue.parse(sample("session-bob", "session-6281111111111.0.json")))),
                new Example<>(KeyType.SESSION, "98765_1.17", SessionRecord.ofProtobuf(Bytes.utf8("\n\u0001\u0002"))),
                new Example<>(
                        KeyType.IDENTITY_KEY,
                        "98765432109876_1.17",
                        KeyPair.of(bytes(32, 0), bytes(32, 7)).typedPublicKey()),
                new Example<>(
                        KeyType.SENDER_KEY,
                        "status@broadcast::6281234567890::17",
                        KeyType.SENDER_KEY.decode(
                                "id",
                                sample("group-sender", "sender-key-status@broadcast--6281234567890--17.json"),
                                "sample")),
                new Example<>(
                        KeyType.SENDER_KEY_MEMORY,
                        "120363021234567890@g.us",
                        Map.of("6282222222222:5@s.whatsapp.net", true)),
                new Example<>(
                        KeyType.APP_STATE_SYNC_KEY,
                        "AAD/+++/",
                        AppStateSyncKey.of(
                                bytes(32, 9), new AppStateSyncKey.Fingerprint(7, 1, List.of(0L, 1L)), 1760000000124L)),
                new Example<>(
                        KeyType.APP_STATE_SYNC_VERSION,
                        "regular_low",
                        AppStateSyncVersion.of(3, bytes(128, 3), Map.of("7YkhsC9SurA=", bytes(32, 5)))),
                new Example<>(KeyType.LID_MAPPING, "6281111111111", "11122233344455"),
                new Example<>(KeyType.LID_MAPPING, "11122233344455_reverse", "6281111111111"),
                new Example<>(KeyType.DEVICE_LIST, "6281111111111", List.of("0", "5", "12")),
                new Example<>(
                        KeyType.TCTOKEN,
                        "11122233344455@lid",
                        TrustedContactToken.of(bytes(4, 4), OptionalLong.of(1760000000), OptionalLong.of(1760000050))),
                new Example<>(
                        KeyType.TCTOKEN,
                        "6284444444444@s.whatsapp.net",
                        TrustedContactToken.of(Bytes.EMPTY, OptionalLong.empty(), OptionalLong.of(1))),
                new Example<>(KeyType.TCTOKEN, TrustedContactToken.INDEX, TrustedContactToken.index(List.of("a@lid"))));
    }

    /** A record with its type and id. */
    record Example<V>(KeyType<V> type, String id, V value) {
        Updates addTo(Updates updates) {
            return updates.put(type, id, value);
        }
    }

    /** What went wrong, or nothing. */
    static Optional<StoreException> attempt(Runnable action) {
        try {
            action.run();
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of(e);
        }
    }
}
