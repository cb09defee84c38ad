package dev.pawl.auth;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A key of the account's synchronised state (contacts, archived chats and the like).
 *
 * <p>It is a protobuf message, which Baileys writes as the message's own JSON: {@code keyData} is bare base64 and {@code timestamp} decimal digits in a string. That form is written here. The form of
 * a plain object, with wrapped bytes and a number, is read as well. Members we do not know and the order are kept.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class AppStateSyncKey {

    private static final String KEY_DATA = "keyData";
    private static final String FINGERPRINT = "fingerprint";
    private static final String TIMESTAMP = "timestamp";

    private final Bytes keyData;
    private final Optional<Fingerprint> fingerprint;
    private final OptionalLong timestamp;
    private final JsonObject json;

    private AppStateSyncKey(Bytes keyData, Optional<Fingerprint> fingerprint, OptionalLong timestamp, JsonObject json) {
        this.keyData = keyData;
        this.fingerprint = fingerprint;
        this.timestamp = timestamp;
        this.json = json;
    }

    /**
     * A key of these parts.
     *
     * @param keyData what the working keys are derived from, 32 bytes
     * @param timestamp when it was made; Baileys passes on what the phone says, in milliseconds
     */
    public static AppStateSyncKey of(Bytes keyData, Fingerprint fingerprint, long timestamp) {
        JsonValue[] devices =
                fingerprint.deviceIndexes().stream().map(JsonNumber::of).toArray(JsonValue[]::new);
        return Shapes.argument(() -> read(JsonObject.builder()
                .put(KEY_DATA, keyData)
                .put(
                        FINGERPRINT,
                        JsonObject.builder()
                                .put("rawId", fingerprint.rawId())
                                .put("currentIndex", fingerprint.currentIndex())
                                .put("deviceIndexes", JsonArray.of(devices))
                                .build())
                .put(TIMESTAMP, timestamp)
                .build()));
    }

    static AppStateSyncKey read(JsonValue value) {
        Members members = Members.of(value);
        Bytes keyData = members.bytes(KEY_DATA);
        Optional<Fingerprint> fingerprint = members.findObject(FINGERPRINT).map(Fingerprint::read);
        OptionalLong timestamp = members.findInteger(TIMESTAMP);
        JsonObject.Builder json = members.json().toBuilder().put(KEY_DATA, Members.base64(keyData));
        timestamp.ifPresent(time -> json.put(TIMESTAMP, new JsonString(Long.toString(time))));
        return new AppStateSyncKey(keyData, fingerprint, timestamp, json.build());
    }

    /** What the working keys are derived from, 32 bytes. */
    public Bytes keyData() {
        return keyData;
    }

    /** Which devices the key was made for. */
    public Optional<Fingerprint> fingerprint() {
        return fingerprint;
    }

    /** When the key was made, in the unit the phone used. */
    public OptionalLong timestamp() {
        return timestamp;
    }

    /** The key as JSON. Contains the secret. */
    public JsonObject json() {
        return json;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AppStateSyncKey that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Shows nothing of the key. */
    @Override
    public String toString() {
        return "AppStateSyncKey[" + keyData.size() + " bytes]";
    }

    /**
     * Which devices of an account a key was made for.
     *
     * @param rawId changes when the account is set up anew
     * @param currentIndex the device that made the key
     * @param deviceIndexes the devices that may have it
     */
    public record Fingerprint(long rawId, long currentIndex, List<Long> deviceIndexes) {

        /** Copies the list. */
        public Fingerprint {
            deviceIndexes = List.copyOf(deviceIndexes);
        }

        private static Fingerprint read(Members members) {
            List<Long> devices = new ArrayList<>();
            if (members.find("deviceIndexes").isPresent()) {
                for (JsonValue device : members.array("deviceIndexes")) {
                    devices.add(Members.integer(device)
                            .orElseThrow(() -> members.wrong("deviceIndexes", "holds something else than integers")));
                }
            }
            return new Fingerprint(
                    members.findInteger("rawId").orElse(0),
                    members.findInteger("currentIndex").orElse(0),
                    devices);
        }
    }
}
