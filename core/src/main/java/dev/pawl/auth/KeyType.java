package dev.pawl.auth;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A type of key record and how its values are seen: ten that are known, and any other by name.
 *
 * <p>A typed view reads every shape in which Baileys ever wrote the record and writes the one of today. A record of today that is read and written unchanged keeps its bytes. {@link #json} gives any
 * type as JSON, {@link #text} as the exact bytes that are stored.
 *
 * <p>Baileys takes {@code false}, {@code 0} and {@code ""} for a deletion, so these are refused as values; {@code null} deletes. {@code {}}, {@code []}, {@code "0"} and empty bytes are values.
 *
 * <p><b>Thread-safety.</b> Immutable.
 *
 * @param <V> what a value is seen as, always immutable
 */
public final class KeyType<V> {

    /** One-time pre-keys, by their number in decimal digits. */
    public static final KeyType<KeyPair> PRE_KEY =
            typed("pre-key", value -> KeyPair.read(Members.of(value)), KeyPair::json);

    /** Sessions with the devices of peers, by Signal address ({@code user.device}). */
    public static final KeyType<SessionRecord> SESSION = typed("session", SessionRecord::read, SessionRecord::json);

    /** Identity keys of peers, 33 bytes with the type byte, by Signal address. */
    public static final KeyType<Bytes> IDENTITY_KEY =
            typed("identity-key", Shapes::identityKey, Shapes::identityKeyJson);

    /** Sender keys, by {@code group::user::device}. */
    public static final KeyType<SenderKeyRecord> SENDER_KEY =
            typed("sender-key", SenderKeyRecord::read, SenderKeyRecord::json);

    /** Which devices already have our sender key, by group JID; device JIDs in stored order. */
    public static final KeyType<Map<String, Boolean>> SENDER_KEY_MEMORY =
            typed("sender-key-memory", Shapes::memory, Shapes::memoryJson);

    /** Keys of the synchronised state, by their id in base64. */
    public static final KeyType<AppStateSyncKey> APP_STATE_SYNC_KEY =
            typed("app-state-sync-key", AppStateSyncKey::read, AppStateSyncKey::json);

    /** Versions of the synchronised state, by collection. */
    public static final KeyType<AppStateSyncVersion> APP_STATE_SYNC_VERSION =
            typed("app-state-sync-version", AppStateSyncVersion::read, AppStateSyncVersion::json);

    /** LID users by phone-number user, and phone-number users by {@code <LID user>_reverse}. */
    public static final KeyType<String> LID_MAPPING = typed("lid-mapping", Shapes::string, JsonString::new);

    /** Device numbers as text, by user. */
    public static final KeyType<List<String>> DEVICE_LIST = typed("device-list", Shapes::strings, Shapes::stringsJson);

    /** Tokens of contacts, by JID, and the list of them under {@link TrustedContactToken#INDEX}. */
    public static final KeyType<TrustedContactToken> TCTOKEN =
            typed("tctoken", TrustedContactToken::read, TrustedContactToken::json);

    private static final List<KeyType<?>> KNOWN = List.of(
            PRE_KEY,
            SESSION,
            IDENTITY_KEY,
            SENDER_KEY,
            SENDER_KEY_MEMORY,
            APP_STATE_SYNC_KEY,
            APP_STATE_SYNC_VERSION,
            LID_MAPPING,
            DEVICE_LIST,
            TCTOKEN);

    private final String name;
    private final Function<Bytes, V> decoder;
    private final Function<V, Bytes> encoder;

    private KeyType(String name, Function<Bytes, V> decoder, Function<V, Bytes> encoder) {
        this.name = name;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    private static <V> KeyType<V> typed(
            String name, Function<JsonValue, V> reader, Function<V, ? extends JsonValue> writer) {
        return new KeyType<>(
                name,
                text -> reader.apply(JsonValue.parse(text)),
                value -> writer.apply(value).toBytes());
    }

    /** The ten types with a typed view. */
    public static List<KeyType<?>> known() {
        return KNOWN;
    }

    /** Any type, its values as JSON. */
    public static KeyType<JsonValue> json(String name) {
        return typed(name, Function.identity(), Function.identity());
    }

    /** Any type, its values as the exact text that is stored. It must be JSON, and is checked to be. */
    public static KeyType<Bytes> text(String name) {
        return new KeyType<>(name, Shapes::text, Shapes::textArgument);
    }

    /** The name of the type: {@link Key#partition} of its records. */
    public String name() {
        return name;
    }

    /** The address of a record of this type. */
    public Key key(String id) {
        return Key.ofKey(name, id);
    }

    /**
     * Reads a stored value.
     *
     * @param id the record it belongs to
     * @param text what is stored
     * @param place where that stands, for the exception
     * @throws CorruptDataException naming the place and the member that is wrong
     */
    public V decode(String id, Bytes text, String place) {
        try {
            return decoder.apply(text);
        } catch (JsonException e) {
            String problem = text.size() == 0 ? "is empty" : String.valueOf(e.getMessage());
            throw new CorruptDataException(key(id), place, problem);
        } catch (ShapeException e) {
            throw e.at(key(id), place);
        }
    }

    /**
     * The text to store for a value, or empty when the value is JSON {@code null} and so deletes.
     *
     * @throws IllegalArgumentException when the value is none of this type, or one that Baileys would take for a deletion
     */
    public Optional<Bytes> encode(V value) {
        Bytes text = encoder.apply(value);
        if (Shapes.isContainer(text)) {
            return Optional.of(text);
        }
        JsonValue json = JsonValue.parse(text);
        if (json instanceof JsonNull) {
            return Optional.empty();
        }
        boolean looksAbsent = json instanceof JsonBoolean bool && !bool.value()
                || json instanceof JsonNumber number && number.doubleValue() == 0
                || json instanceof JsonString string && string.value().isEmpty();
        if (looksAbsent) {
            throw new IllegalArgumentException(
                    "Baileys takes false, 0 and \"\" for a deletion: they cannot be values of a key record");
        }
        return Optional.of(text);
    }

    @Override
    public String toString() {
        return "KeyType[" + name + "]";
    }
}
