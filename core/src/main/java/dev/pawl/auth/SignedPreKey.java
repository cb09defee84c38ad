package dev.pawl.auth;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;

/**
 * The medium-term key that others start sessions with, signed by the identity.
 *
 * <p>Written as {@code {"keyPair":{…},"signature":<64 bytes>,"keyId":1}}; the signature is over the 33 bytes of {@link KeyPair#typedPublicKey}. What was read keeps its order and the members we do not
 * know.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class SignedPreKey {

    private final KeyPair keyPair;
    private final Bytes signature;
    private final long keyId;
    private final JsonObject json;

    private SignedPreKey(KeyPair keyPair, Bytes signature, long keyId, JsonObject json) {
        this.keyPair = keyPair;
        this.signature = signature;
        this.keyId = keyId;
        this.json = json;
    }

    /** Makes a new key and signs it. */
    public static SignedPreKey generate(KeyPair identity, long keyId) {
        KeyPair keyPair = KeyPair.generate();
        return of(keyPair, identity.sign(keyPair.typedPublicKey()), keyId);
    }

    /**
     * A signed key of these parts. Whether the signature is right is not looked at; {@link #isSignedBy} does that.
     *
     * @param signature 64 bytes
     * @throws IllegalArgumentException when the signature has another size
     */
    public static SignedPreKey of(KeyPair keyPair, Bytes signature, long keyId) {
        if (signature.size() != Curve.SIGNATURE_SIZE) {
            throw new IllegalArgumentException(
                    "a signature has " + Curve.SIGNATURE_SIZE + " bytes, not " + signature.size());
        }
        JsonObject json = JsonObject.builder()
                .put("keyPair", keyPair.json())
                .put("signature", signature)
                .put("keyId", keyId)
                .build();
        return new SignedPreKey(keyPair, signature, keyId, json);
    }

    static SignedPreKey read(Members members) {
        KeyPair keyPair = KeyPair.read(members.object("keyPair"));
        Bytes signature = members.bytes("signature", Curve.SIGNATURE_SIZE);
        JsonObject json = members.json().toBuilder()
                .put("keyPair", keyPair.json())
                .put("signature", signature)
                .build();
        return new SignedPreKey(keyPair, signature, members.integer("keyId"), json);
    }

    /** The key itself. */
    public KeyPair keyPair() {
        return keyPair;
    }

    /** The signature of the identity over the typed public key, 64 bytes. */
    public Bytes signature() {
        return signature;
    }

    /** The number by which others name this key; the next one has the next number. */
    public long keyId() {
        return keyId;
    }

    /** Whether the signature is that of the identity with this public key, 32 or 33 bytes. */
    public boolean isSignedBy(Bytes identityPublicKey) {
        return Curve.verify(identityPublicKey, keyPair.typedPublicKey(), signature);
    }

    /** The signed key as JSON. */
    public JsonObject json() {
        return json;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedPreKey that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return keyPair.hashCode();
    }

    /** Shows the number and nothing of the key. */
    @Override
    public String toString() {
        return "SignedPreKey[keyId=" + keyId + "]";
    }
}
