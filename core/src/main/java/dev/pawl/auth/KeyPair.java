package dev.pawl.auth;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;

/**
 * A private key and its public key on Curve25519, as the credentials and the type {@code pre-key} hold it.
 *
 * <p>Written as {@code {"private":<32 bytes>,"public":<32 bytes>}}, both in the Buffer wrapper. A pair that was read keeps the order of its members and members we do not know.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class KeyPair {

    private final Bytes privateKey;
    private final Bytes publicKey;
    private final JsonObject json;

    private KeyPair(Bytes privateKey, Bytes publicKey, JsonObject json) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.json = json;
    }

    /** Makes a new pair from fresh randomness. */
    public static KeyPair generate() {
        Bytes privateKey = Curve.newPrivateKey();
        return of(privateKey, Curve.publicKey(privateKey));
    }

    /**
     * A pair of these keys. Whether they belong together is not looked at; {@link #matches} does that.
     *
     * @param privateKey 32 bytes
     * @param publicKey 32 bytes, without the type byte
     * @throws IllegalArgumentException when one has another size
     */
    public static KeyPair of(Bytes privateKey, Bytes publicKey) {
        if (privateKey.size() != Curve.KEY_SIZE || publicKey.size() != Curve.KEY_SIZE) {
            throw new IllegalArgumentException(
                    "a key has " + Curve.KEY_SIZE + " bytes, not " + privateKey.size() + " and " + publicKey.size());
        }
        JsonObject json = JsonObject.builder()
                .put("private", privateKey)
                .put("public", publicKey)
                .build();
        return new KeyPair(privateKey, publicKey, json);
    }

    static KeyPair read(Members members) {
        Bytes privateKey = members.bytes("private", Curve.KEY_SIZE);
        Bytes publicKey = members.bytes("public", Curve.KEY_SIZE);
        JsonObject json = members.json().toBuilder()
                .put("private", privateKey)
                .put("public", publicKey)
                .build();
        return new KeyPair(privateKey, publicKey, json);
    }

    /** The private half, 32 bytes. */
    public Bytes privateKey() {
        return privateKey;
    }

    /** The public half, 32 bytes, without the type byte. */
    public Bytes publicKey() {
        return publicKey;
    }

    /** The public half with the type byte 5 in front, 33 bytes: the form in which libsignal signs it and stores identity keys. */
    public Bytes typedPublicKey() {
        return Curve.typed(publicKey);
    }

    /** Whether the public half is the one that belongs to the private half. */
    public boolean matches() {
        return Curve.belongTogether(privateKey, publicKey);
    }

    /** Signs a message with the private half: 64 bytes, as {@link Curve#sign}. */
    public Bytes sign(Bytes message) {
        return Curve.sign(privateKey, message);
    }

    /** The pair as JSON. */
    public JsonObject json() {
        return json;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPair that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    /** Says what this is and nothing of the keys. */
    @Override
    public String toString() {
        return "KeyPair[]";
    }
}
