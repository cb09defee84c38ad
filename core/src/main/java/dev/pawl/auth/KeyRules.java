package dev.pawl.auth;

import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** What must be true of one key record by itself. */
final class KeyRules {

    static final String DAMAGED = "damaged";
    static final String READS_AS_ABSENT = "reads-as-absent";
    static final String KEY_PAIR = "key-pair";

    private static final int MAC_SIZE = 32;
    private static final int MAX_STATES = 5;
    private static final int MAX_MESSAGE_KEYS = 2000;
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,14}");
    private static final Pattern BASE64 =
            Pattern.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");
    private static final Set<String> COLLECTIONS =
            Set.of("critical_block", "critical_unblock_low", "regular_high", "regular_low", "regular");

    private KeyRules() {}

    /** Checks one record by the rules of its type; a type that is not known must only be JSON. */
    static void check(Key key, Bytes text, Remarks remarks) {
        Optional<JsonValue> json = json(text, remarks);
        if (json.isEmpty()) {
            return;
        }
        JsonValue value = json.get();
        String type = key.partition();
        remarks.shaped(type + "-shape", () -> {
            switch (type) {
                case "pre-key" -> preKey(key.id(), value, remarks);
                case "session" -> SessionRules.check(value, remarks);
                case "identity-key" -> Shapes.identityKey(value);
                case "sender-key" -> senderKey(SenderKeyRecord.read(value), remarks);
                case "sender-key-memory" -> senderKeyMemory(Members.of(value));
                case "app-state-sync-key" -> appStateSyncKey(key.id(), AppStateSyncKey.read(value), remarks);
                case "app-state-sync-version" ->
                    appStateSyncVersion(key.id(), AppStateSyncVersion.read(value), remarks);
                case "lid-mapping" -> string(value);
                case "device-list" -> deviceList(value);
                case "tctoken" -> contactToken(key.id(), TrustedContactToken.read(value));
                default -> {
                    // whoever made this type knows its shape
                }
            }
        });
    }

    /** The value of a record, unless it is none or one that Baileys takes for no value. */
    static Optional<JsonValue> json(Bytes text, Remarks remarks) {
        try {
            JsonValue value = JsonValue.parse(text);
            Optional<String> nothing = nothing(value);
            if (nothing.isEmpty()) {
                return Optional.of(value);
            }
            remarks.problem(READS_AS_ABSENT, "is " + nothing.get() + ", which Baileys takes for no record");
        } catch (JsonException e) {
            remarks.problem(DAMAGED, text.size() == 0 ? "is empty" : "is not JSON: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** The number in the id of a pre-key, if it is one as Baileys writes it. */
    static OptionalLong preKeyId(String id) {
        return DECIMAL.matcher(id).matches() ? OptionalLong.of(Long.parseLong(id)) : OptionalLong.empty();
    }

    /** What a value is called, if JavaScript takes it for false. */
    private static Optional<String> nothing(JsonValue value) {
        if (value instanceof JsonNull) {
            return Optional.of("null");
        } else if (value instanceof JsonBoolean bool && !bool.value()) {
            return Optional.of("false");
        } else if (value instanceof JsonNumber number && number.doubleValue() == 0) {
            return Optional.of("0");
        }
        return value instanceof JsonString string && string.value().isEmpty()
                ? Optional.of("an empty string")
                : Optional.empty();
    }

    private static void preKey(String id, JsonValue value, Remarks remarks) {
        if (preKeyId(id).isEmpty()) {
            remarks.problem("pre-key-id", "its id is no decimal number, so no message can ask for it");
        }
        if (!KeyPair.read(Members.of(value)).matches()) {
            remarks.problem(KEY_PAIR, "the public key is not that of the private key");
        }
    }

    private static void senderKey(SenderKeyRecord record, Remarks remarks) {
        if (record.states().size() > MAX_STATES) {
            remarks.warning(
                    "sender-key-oversized", "has " + record.states().size() + " states, libsignal keeps " + MAX_STATES);
        }
        for (int i = 0; i < record.states().size(); i++) {
            SenderKeyRecord.State state = record.states().get(i);
            String path = "states[" + i + "]";
            if (state.messageKeys().size() > MAX_MESSAGE_KEYS) {
                remarks.warning(
                        "sender-key-oversized",
                        path + ".senderMessageKeys: has " + state.messageKeys().size() + " keys, libsignal keeps "
                                + MAX_MESSAGE_KEYS);
            }
            notNegative(path + ".senderChainKey.iteration", state.iteration());
            size(path + ".senderChainKey.seed", state.chainSeed(), Curve.KEY_SIZE);
            for (int j = 0; j < state.messageKeys().size(); j++) {
                SenderKeyRecord.MessageKey key = state.messageKeys().get(j);
                String keyPath = path + ".senderMessageKeys[" + j + "]";
                notNegative(keyPath + ".iteration", key.iteration());
                size(keyPath + ".seed", key.seed(), Curve.KEY_SIZE);
            }
            signingKey(path + ".senderSigningKey", state, remarks);
        }
    }

    private static void signingKey(String path, SenderKeyRecord.State state, Remarks remarks) {
        Bytes publicKey = state.signingPublicKey();
        // Baileys puts the type byte before a public key that has none
        boolean untyped = publicKey.size() == Curve.KEY_SIZE;
        if (!untyped && !isTyped(publicKey)) {
            throw new ShapeException(path + ".public", "is no public key of 33 bytes that begins with 5");
        }
        Optional<Bytes> privateKey = state.signingPrivateKey();
        if (privateKey.isPresent()) {
            size(path + ".private", privateKey.get(), Curve.KEY_SIZE);
            if (!Curve.belongTogether(privateKey.get(), publicKey)) {
                remarks.problem(KEY_PAIR, path + ": the public key is not that of the private key");
            }
        }
    }

    private static void senderKeyMemory(Members members) {
        members.json().forEach((device, value) -> {
            if (!(value instanceof JsonBoolean bool && bool.value())) {
                throw new ShapeException("", "has " + Members.kind(value) + " for a device instead of true");
            }
        });
    }

    private static void appStateSyncKey(String id, AppStateSyncKey key, Remarks remarks) {
        size("keyData", key.keyData(), Curve.KEY_SIZE);
        if (id.isEmpty() || !BASE64.matcher(id).matches()) {
            remarks.problem("app-state-sync-key-id", "its id is not base64, so no patch can name it");
        }
    }

    private static void appStateSyncVersion(String id, AppStateSyncVersion version, Remarks remarks) {
        if (!COLLECTIONS.contains(id)) {
            remarks.warning("app-state-collection", "Baileys knows no collection of this name");
        }
        notNegative("version", version.version());
        int number = 0;
        for (Bytes mac : version.indexValueMap().values()) {
            size("indexValueMap[" + number++ + "].valueMac", mac, MAC_SIZE);
        }
    }

    private static void deviceList(JsonValue value) {
        if (!(value instanceof JsonArray devices)) {
            throw new ShapeException("", "is " + Members.kind(value) + " instead of an array");
        }
        for (int i = 0; i < devices.size(); i++) {
            String path = "[" + i + "]";
            if (!(devices.get(i) instanceof JsonString device)) {
                throw new ShapeException(path, "is " + Members.kind(devices.get(i)) + " instead of a string");
            }
            if (!DECIMAL.matcher(device.value()).matches()) {
                throw new ShapeException(path, "is no decimal number");
            }
        }
    }

    private static void contactToken(String id, TrustedContactToken token) {
        if (id.equals(TrustedContactToken.INDEX)) {
            try {
                token.jids();
            } catch (IllegalStateException e) {
                throw new ShapeException("token", "is no JSON array of strings");
            }
        }
    }

    private static String string(JsonValue value) {
        if (value instanceof JsonString string) {
            return string.value();
        }
        throw new ShapeException("", "is " + Members.kind(value) + " instead of a string");
    }

    static boolean isTyped(Bytes publicKey) {
        return publicKey.size() == 1 + Curve.KEY_SIZE && publicKey.byteAt(0) == Curve.PUBLIC_KEY_TYPE;
    }

    static void notNegative(String path, long value) {
        if (value < 0) {
            throw new ShapeException(path, "is negative");
        }
    }

    static void size(String path, Bytes bytes, int size) {
        if (bytes.size() != size) {
            throw new ShapeException(path, "has " + bytes.size() + " bytes instead of " + size);
        }
    }

    /** The string in a record, if it is one. */
    static Optional<String> text(Bytes record) {
        try {
            return JsonValue.parse(record) instanceof JsonString string
                    ? Optional.of(string.value())
                    : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
