package dev.pawl.auth;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What must be true of the credentials by themselves. Each rule looks at them alone, so that one fault does not hide another. */
final class CredentialsRules {

    static final String SHAPE = "credentials-shape";

    /** Baileys masks to 14 bits; libsignal ends a little below. */
    private static final long MAX_REGISTRATION_ID = 0x3FFF;

    private static final int ADV_SECRET_SIZE = 32;

    private final Members members;
    private final Remarks remarks;

    private CredentialsRules(Members members, Remarks remarks) {
        this.members = members;
        this.remarks = remarks;
    }

    /**
     * Checks all rules.
     *
     * @return the members, unless the credentials are no object
     */
    static Optional<JsonObject> check(Bytes text, Remarks remarks) {
        Optional<JsonValue> json = KeyRules.json(text, remarks);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        if (!(json.get() instanceof JsonObject object)) {
            remarks.problem(SHAPE, "is " + Members.kind(json.get()) + " instead of an object");
            return Optional.empty();
        }
        new CredentialsRules(Members.of(object), remarks).check();
        return Optional.of(object);
    }

    /** An integer member, empty where there is none. */
    static OptionalLong number(JsonObject credentials, String name) {
        try {
            return Members.of(credentials).findInteger(name);
        } catch (ShapeException e) {
            return OptionalLong.empty();
        }
    }

    /** A string member, empty where there is none. */
    static Optional<String> string(JsonObject credentials, String name) {
        return credentials.get(name).filter(JsonString.class::isInstance).map(value -> ((JsonString) value).value());
    }

    private void check() {
        keys();
        registration();
        counters();
        account();
    }

    private void keys() {
        pair("noiseKey", () -> Optional.of(members.object("noiseKey")));
        pair("pairingEphemeralKeyPair", () -> members.findObject("pairingEphemeralKeyPair"));
        Optional<KeyPair> identity = pair("signedIdentityKey", () -> Optional.of(members.object("signedIdentityKey")));
        Optional<KeyPair> signed = pair(
                "signedPreKey.keyPair",
                () -> Optional.of(members.object("signedPreKey").object("keyPair")));
        // where a pair does not fit the signature cannot either: that is one fault, not two
        if (signed.isPresent()) {
            remarks.shaped(SHAPE, () -> {
                SignedPreKey key = SignedPreKey.read(members.object("signedPreKey"));
                if (identity.isPresent() && !key.isSignedBy(identity.get().publicKey())) {
                    remarks.problem(
                            "signed-pre-key-signature", "signedPreKey.signature: is not that of signedIdentityKey");
                }
            });
        }
    }

    /** The pair, if it is there and its halves belong together. */
    private Optional<KeyPair> pair(String name, Supplier<Optional<Members>> stored) {
        try {
            Optional<KeyPair> pair = stored.get().map(KeyPair::read);
            if (pair.isPresent() && !pair.get().matches()) {
                remarks.problem(KeyRules.KEY_PAIR, name + ": the public key is not that of the private key");
                return Optional.empty();
            }
            return pair;
        } catch (ShapeException e) {
            remarks.problem(SHAPE, e.problem());
            return Optional.empty();
        }
    }

    private void registration() {
        remarks.shaped(SHAPE, () -> {
            long id = members.integer("registrationId");
            if (id < 0 || id > MAX_REGISTRATION_ID) {
                remarks.problem("registration-id", "registrationId: is not within 0 and " + MAX_REGISTRATION_ID);
            }
        });
        remarks.shaped(SHAPE, () -> {
            members.string("advSecretKey");
            int size = members.bytes("advSecretKey").size();
            if (size != ADV_SECRET_SIZE) {
                remarks.problem("adv-secret-key", "advSecretKey: has " + size + " bytes instead of " + ADV_SECRET_SIZE);
            }
        });
    }

    private void counters() {
        boolean next = remarks.shaped(SHAPE, () -> members.integer("nextPreKeyId"));
        boolean first = remarks.shaped(SHAPE, () -> members.integer("firstUnuploadedPreKeyId"));
        if (next && first && members.integer("firstUnuploadedPreKeyId") > members.integer("nextPreKeyId")) {
            remarks.problem(
                    "upload-counter",
                    "firstUnuploadedPreKeyId: is " + members.integer("firstUnuploadedPreKeyId")
                            + ", above nextPreKeyId " + members.integer("nextPreKeyId"));
        }
        remarks.shaped(SHAPE, () -> members.findInteger("accountSyncCounter"));
        remarks.shaped(SHAPE, () -> members.bool("registered", false));
    }

    private void account() {
        remarks.shaped(
                "account-shape",
                () -> members.findObject("account").ifPresent(account -> {
                    optionalBytes(account, "accountSignatureKey", Curve.KEY_SIZE);
                    optionalBytes(account, "accountSignature", Curve.SIGNATURE_SIZE);
                    optionalBytes(account, "deviceSignature", Curve.SIGNATURE_SIZE);
                    account.findBytes("details");
                }));
        remarks.shaped(SHAPE, () -> {
            Optional<Members> me = members.findObject("me");
            me.ifPresent(present -> present.string("id"));
            if (me.isPresent() && members.find("account").isEmpty() && !waitsForCode(me.get()) && !isPhone()) {
                remarks.problem(
                        "me-without-account", "me: is there without account, and no pairing code is waited for");
            }
        });
    }

    private static void optionalBytes(Members members, String name, int size) {
        // an absent field of a protobuf message has no bytes
        if (members.findBytes(name).map(bytes -> bytes.size() > 0).orElse(false)) {
            members.bytes(name, size);
        }
    }

    /** Whether this is the name that stands in for the real one until the code was typed in. */
    private static boolean waitsForCode(Members me) {
        return me.findString("name").map("~"::equals).orElse(false);
    }

    /** Whether these are credentials of a device that registered itself as a phone, as Baileys 6.4 to 6.7 could. */
    private boolean isPhone() {
        return members.findObject("registration")
                .map(registration -> registration.json().size() > 0)
                .orElse(false);
    }
}
