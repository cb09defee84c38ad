package dev.pawl.auth;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * The identity of one linked device and what it remembers about its account: Baileys' {@code creds}.
 *
 * <p>Lossless: {@link #text} is what was read, byte for byte, until something is changed; a change keeps all other members, known or not, in their order. Credentials that came from a store also remember
 * what they were loaded as, so that saving them cannot silently undo what somebody else saved since.
 *
 * <p>Whatever is an instance of this class has the members that make a usable identity: {@code noiseKey}, {@code signedIdentityKey}, {@code signedPreKey}, {@code registrationId} and
 * {@code advSecretKey}, each in the right shape. Everything else may be missing, and is checked when it is asked for.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class Credentials {

    /** The highest registration id that the Signal protocol gives out. */
    private static final int MAX_REGISTRATION_ID = 16380;

    private static final int ADV_SECRET_SIZE = 32;

    /** The members that {@link #requireIdentity} looks at: a change of others needs no look. */
    private static final Set<String> IDENTITY =
            Set.of("noiseKey", "signedIdentityKey", "signedPreKey", "registrationId", "advSecretKey");

    private final Bytes text;
    private final JsonObject json;
    private final Optional<Bytes> origin;
    private final String place;

    private Credentials(Bytes text, JsonObject json, Optional<Bytes> origin, String place) {
        this.text = text;
        this.json = json;
        this.origin = origin;
        this.place = place;
    }

    /**
     * Makes a new identity that belongs to no account yet, with the members, shapes and order that Baileys makes.
     *
     * <p>The registration id is drawn from 1 to 16380, as libsignal does it. Baileys draws it from 0 to 255 only, which seems unintended: its code masks to 14 bits what is a single random byte.
     */
    public static Credentials create() {
        KeyPair noiseKey = KeyPair.generate();
        KeyPair pairingKey = KeyPair.generate();
        KeyPair identity = KeyPair.generate();
        return of(JsonObject.builder()
                .put("noiseKey", noiseKey.json())
                .put("pairingEphemeralKeyPair", pairingKey.json())
                .put("signedIdentityKey", identity.json())
                .put("signedPreKey", SignedPreKey.generate(identity, 1).json())
                .put("registrationId", Curve.randomUpTo(MAX_REGISTRATION_ID))
                .put("advSecretKey", Members.base64(Bytes.wrap(Curve.random(ADV_SECRET_SIZE))))
                .put("processedHistoryMessages", JsonArray.EMPTY)
                .put("nextPreKeyId", 1)
                .put("firstUnuploadedPreKeyId", 1)
                .put("accountSyncCounter", 0)
                .put(
                        "accountSettings",
                        JsonObject.builder().put("unarchiveChats", false).build())
                .put("registered", false)
                .build());
    }

    /**
     * Reads credentials that do not come from a store: saving them replaces whatever is there.
     *
     * @param text JSON in UTF-8
     * @throws CorruptDataException naming the member that is missing or wrong
     */
    public static Credentials parse(Bytes text) {
        return read(text, Optional.empty(), "credentials");
    }

    /**
     * Credentials of these members, which do not come from a store.
     *
     * @throws IllegalArgumentException naming the member that is missing or wrong
     */
    public static Credentials of(JsonObject json) {
        return changed(json, Optional.empty(), "credentials");
    }

    /** Reads what a store holds, and remembers it. */
    static Credentials stored(Bytes text, String place) {
        return read(text, Optional.of(text), place);
    }

    private static Credentials read(Bytes text, Optional<Bytes> origin, String place) {
        try {
            JsonObject json = Members.of(JsonValue.parse(text)).json();
            requireIdentity(json);
            return new Credentials(text, json, origin, place);
        } catch (JsonException e) {
            throw new CorruptDataException(
                    Key.CREDENTIALS, place, text.size() == 0 ? "is empty" : String.valueOf(e.getMessage()));
        } catch (ShapeException e) {
            throw e.at(Key.CREDENTIALS, place);
        }
    }

    private static Credentials changed(JsonObject json, Optional<Bytes> origin, String place) {
        try {
            requireIdentity(json);
        } catch (ShapeException e) {
            throw new IllegalArgumentException("these would be no credentials: " + e.problem());
        }
        return new Credentials(json.toBytes(), json, origin, place);
    }

    private static void requireIdentity(JsonObject json) {
        Members members = Members.of(json);
        KeyPair.read(members.object("noiseKey"));
        KeyPair.read(members.object("signedIdentityKey"));
        SignedPreKey.read(members.object("signedPreKey"));
        if (!(members.value("registrationId") instanceof JsonNumber)) {
            throw members.wrong("registrationId", "is not a number");
        }
        members.integer("registrationId");
        members.string("advSecretKey");
    }

    /** The text as it is stored: what was read, or what the changed members make. Contains private keys. */
    public Bytes text() {
        return text;
    }

    /** All members. Contains private keys. */
    public JsonObject json() {
        return json;
    }

    /** What the row was when these were read from it; empty when they did not come from a store. */
    Optional<Bytes> origin() {
        return origin;
    }

    /** The same credentials, as they now stand in a store. */
    Credentials savedAt(String savedPlace) {
        return new Credentials(text, json, Optional.of(text), savedPlace);
    }

    /** The same credentials without what they were loaded as. */
    Credentials detached() {
        return new Credentials(text, json, Optional.empty(), place);
    }

    /**
     * The same credentials with one member set, in its old place or at the end.
     *
     * @throws IllegalArgumentException when the rest would be no usable identity
     */
    public Credentials with(String member, JsonValue value) {
        return changed(json.with(member, value), List.of(member));
    }

    /**
     * The same credentials with every member of an update set, whole: nothing is merged below the first level. That is what Baileys does with a {@code creds.update} event.
     *
     * @throws IllegalArgumentException when the rest would be no usable identity
     */
    public Credentials merge(JsonObject update) {
        JsonObject.Builder merged = json.toBuilder();
        update.forEach(merged::put);
        return changed(merged.build(), update.names());
    }

    private Credentials changed(JsonObject changed, List<String> members) {
        // decoding every key again would cost a third of what a change costs
        return Collections.disjoint(IDENTITY, members)
                ? new Credentials(changed.toBytes(), changed, origin, place)
                : changed(changed, origin, place);
    }

    /** The static key of the encrypted channel to the server. */
    public KeyPair noiseKey() {
        return member(members -> KeyPair.read(members.object("noiseKey")));
    }

    /** The key for pairing by code; files of Baileys before 6.1 have none. */
    public Optional<KeyPair> pairingEphemeralKeyPair() {
        return member(members -> members.findObject("pairingEphemeralKeyPair").map(KeyPair::read));
    }

    /** The identity key of the Signal protocol. */
    public KeyPair signedIdentityKey() {
        return member(members -> KeyPair.read(members.object("signedIdentityKey")));
    }

    /** The signed pre-key of now. */
    public SignedPreKey signedPreKey() {
        return member(members -> SignedPreKey.read(members.object("signedPreKey")));
    }

    /** The number by which peers notice that this device was set up anew. */
    public long registrationId() {
        return member(members -> members.integer("registrationId"));
    }

    /** The secret that proves the pairing, as base64 text. */
    public String advSecretKey() {
        return member(members -> members.string("advSecretKey"));
    }

    /** The number that the next one-time pre-key gets, from 1. */
    public OptionalLong nextPreKeyId() {
        return member(members -> members.findInteger("nextPreKeyId"));
    }

    /** The first pre-key that the server has not got. */
    public OptionalLong firstUnuploadedPreKeyId() {
        return member(members -> members.findInteger("firstUnuploadedPreKeyId"));
    }

    /** How often the account was synchronised completely. */
    public OptionalLong accountSyncCounter() {
        return member(members -> members.findInteger("accountSyncCounter"));
    }

    /** What Baileys calls registered: true only after pairing with a code. {@link #paired} tells whether the device is linked. */
    public boolean registered() {
        return member(members -> members.bool("registered", false));
    }

    /** Who the account is, once the device is paired or waits for its pairing code. */
    public Optional<Me> me() {
        return member(members -> members.findObject("me")
                .map(me -> new Me(me.string("id"), me.findString("lid"), me.findString("name"))));
    }

    /** The account's signed statement that this device is its own. */
    public Optional<Account> account() {
        return member(members -> members.findObject("account")
                .map(account -> new Account(
                        account.findBytes("details").orElse(Bytes.EMPTY),
                        account.findBytes("accountSignatureKey").orElse(Bytes.EMPTY),
                        account.findBytes("accountSignature").orElse(Bytes.EMPTY),
                        account.findBytes("deviceSignature").orElse(Bytes.EMPTY))));
    }

    /** What the phone runs, as it said: {@code android}, {@code iphone}, {@code smba} and others. */
    public Optional<String> platform() {
        return member(members -> members.findString("platform"));
    }

    /** Whether the device is linked to an account: it knows who it is and has the account's signature. */
    public boolean paired() {
        return me().isPresent() && account().isPresent();
    }

    private <T> T member(Function<Members, T> reading) {
        try {
            return reading.apply(Members.of(json));
        } catch (ShapeException e) {
            throw e.at(Key.CREDENTIALS, place);
        }
    }

    /** Two credentials are equal when their texts are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Says how much there is, and nothing of it. */
    @Override
    public String toString() {
        return "Credentials[" + json.size() + " members]";
    }

    /**
     * Who an account is.
     *
     * @param id its JID by phone number, with this device's number once paired
     * @param lid its JID by LID, with this device's number
     * @param name its push name; {@code ~} while a pairing code is waited for
     */
    public record Me(String id, Optional<String> lid, Optional<String> name) {
        /** Says nothing: phone numbers are personal. */
        @Override
        public String toString() {
            return "Me[]";
        }
    }

    /**
     * The account's signed statement about a device. A part that is absent is empty, as in protobuf.
     *
     * @param details the statement, a protobuf message
     * @param accountSignatureKey the account's public key, 32 bytes
     * @param accountSignature the account's signature, 64 bytes
     * @param deviceSignature this device's signature, 64 bytes
     */
    public record Account(Bytes details, Bytes accountSignatureKey, Bytes accountSignature, Bytes deviceSignature) {}
}
