package dev.pawl.tck;

import static dev.pawl.tck.JsonEdit.at;
import static dev.pawl.tck.JsonEdit.bytes;
import static dev.pawl.tck.JsonEdit.cut;
import static dev.pawl.tck.JsonEdit.drop;
import static dev.pawl.tck.JsonEdit.flip;
import static dev.pawl.tck.JsonEdit.inside;
import static dev.pawl.tck.JsonEdit.put;
import static dev.pawl.tck.JsonEdit.to;

import dev.pawl.auth.KeyType;
import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** One way each of making a healthy account faulty, and what a verification must say to it. Made for the bundled example. */
final class AuthFaults {

    static final Key PRE_KEY = KeyType.PRE_KEY.key("9");
    static final Key SESSION = KeyType.SESSION.key("6282222222222.0");
    static final Key IDENTITY = KeyType.IDENTITY_KEY.key("6282222222222.0");
    static final Key SENDER_KEY = KeyType.SENDER_KEY.key("6281234567890-1600000000@g.us::6281234567890::17");
    static final Key MEMORY = KeyType.SENDER_KEY_MEMORY.key("120363021234567890@g.us");
    static final Key STATE_KEY = KeyType.APP_STATE_SYNC_KEY.key("AAAAAAAB");
    static final Key STATE = KeyType.APP_STATE_SYNC_VERSION.key("regular_low");
    static final Key MAPPING = KeyType.LID_MAPPING.key("6281111111111");
    static final Key REVERSE = KeyType.LID_MAPPING.key("11122233344455_reverse");
    static final Key DEVICES = KeyType.DEVICE_LIST.key("98765432109876");
    static final Key TOKEN = KeyType.TCTOKEN.key("11122233344455@lid");
    static final Key TOKENS = KeyType.TCTOKEN.key("__index");

    private final List<Fault> faults = new ArrayList<>();

    /**
     * A fault.
     *
     * @param name what is wrong
     * @param problem whether it must be found as a problem; else as a warning, without any problem
     * @param rule the rule that finds it
     * @param place the record that the finding names
     * @param planting makes the account faulty
     */
    record Fault(String name, boolean problem, String rule, Key place, UnaryOperator<StoredAccount> planting) {
        @Override
        public String toString() {
            return rule + ": " + name;
        }
    }

    private AuthFaults() {}

    static List<Fault> all() {
        AuthFaults all = new AuthFaults();
        all.texts();
        all.credentials();
        all.identity();
        all.preKeys();
        all.sessions();
        all.sessionEntries();
        all.senderKeys();
        all.appState();
        all.contacts();
        all.relations();
        return Collections.unmodifiableList(all.faults);
    }

    private void texts() {
        for (Key key : List.of(PRE_KEY, SESSION, Key.ofKey("my-own-type", "a"))) {
            raw("empty", "damaged", key, "");
            raw("torn", "damaged", key, "{\"private\":{\"type\":\"Buffer\",\"da");
            raw("zeros", "damaged", key, "\0\0\0");
            raw("two values", "damaged", key, "{}{}");
            for (String nothing : List.of("null", "false", "0", "-0.0", "\"\"")) {
                raw(nothing, "reads-as-absent", key, nothing);
            }
        }
        raw("torn", "damaged", Key.CREDENTIALS, "{\"noiseKey\":{");
        raw("null", "reads-as-absent", Key.CREDENTIALS, "null");
    }

    private void credentials() {
        raw("an array", "credentials-shape", Key.CREDENTIALS, "[]");
        for (String member : List.of(
                "noiseKey",
                "signedIdentityKey",
                "signedPreKey",
                "registrationId",
                "advSecretKey",
                "nextPreKeyId",
                "firstUnuploadedPreKeyId")) {
            credentials("without " + member, "credentials-shape", drop(member));
        }
        credentials("noise key a string", "credentials-shape", put("noiseKey", "\"x\""));
        credentials("short noise key", "credentials-shape", cut(31), "noiseKey", "private");
        credentials("short signature", "credentials-shape", cut(63), "signedPreKey", "signature");
        credentials("signed pre-key without number", "credentials-shape", drop("keyId"), "signedPreKey");
        credentials("counter a text", "credentials-shape", put("nextPreKeyId", "\"many\""));
        credentials("counter a fraction", "credentials-shape", put("nextPreKeyId", "30.5"));
        credentials("registered a text", "credentials-shape", put("registered", "\"no\""));
        credentials("me without id", "credentials-shape", drop("id"), "me");
        for (String pair : List.of("noiseKey", "pairingEphemeralKeyPair", "signedIdentityKey")) {
            credentials("public half of " + pair, "key-pair", flip(5), pair, "public");
            credentials("private half of " + pair, "key-pair", flip(5), pair, "private");
        }
        credentials("public half of the signed pre-key", "key-pair", flip(5), "signedPreKey", "keyPair", "public");
        credentials("signature", "signed-pre-key-signature", flip(5), "signedPreKey", "signature");
        credentials("end of the signature", "signed-pre-key-signature", flip(40), "signedPreKey", "signature");
        plant("signed by another identity", true, "signed-pre-key-signature", Key.CREDENTIALS, account -> {
            JsonObject credentials = (JsonObject) JsonValue.parse(account.get(Key.CREDENTIALS));
            JsonValue other = credentials.get("noiseKey").orElseThrow();
            return account.with(
                    Key.CREDENTIALS,
                    credentials.with("signedIdentityKey", other).toBytes());
        });
    }

    private void identity() {
        credentials("too large", "registration-id", put("registrationId", "16384"));
        credentials("negative", "registration-id", put("registrationId", "-1"));
        credentials("31 bytes", "adv-secret-key", put("advSecretKey", "\"" + "A".repeat(42) + "\""));
        credentials("empty", "adv-secret-key", put("advSecretKey", "\"\""));
        credentials("above the next", "upload-counter", put("firstUnuploadedPreKeyId", "32"));
        credentials("short key", "account-shape", cut(31), "account", "accountSignatureKey");
        credentials("short signature", "account-shape", cut(60), "account", "accountSignature");
        credentials("short device signature", "account-shape", cut(60), "account", "deviceSignature");
        credentials("a number", "account-shape", put("account", "7"));
        credentials("dropped", "me-without-account", drop("account"));
    }

    private void preKeys() {
        edit("public half", "key-pair", PRE_KEY, flip(0), "public");
        edit("private half", "key-pair", PRE_KEY, flip(9), "private");
        edit("33 bytes", "pre-key-shape", PRE_KEY, cut(33), "public");
        edit("no private half", "pre-key-shape", PRE_KEY, drop("private"));
        raw("a string", "pre-key-shape", PRE_KEY, "\"x\"");
        for (String id : List.of("nine", "09", "-9", "9.0")) {
            Key key = KeyType.PRE_KEY.key(id);
            plant("id " + id, true, "pre-key-id", key, account -> account.with(key, account.get(PRE_KEY)));
        }
    }

    private void sessions() {
        raw("empty object", "session-shape", SESSION, "{}");
        raw("an array", "session-shape", SESSION, "[]");
        raw("bytes of something else", "session-shape", SESSION, "{\"type\":\"Buffer\",\"data\":\"/////w==\"}");
        edit("no version", "session-shape", SESSION, drop("version"));
        edit("no sessions", "session-shape", SESSION, drop("_sessions"));
        edit("unknown version", "session-version", SESSION, put("version", "\"v9\""));
        warn("no session", "session-empty", SESSION, put("_sessions", "{}"));
        plant("two open", false, "session-several-open", SESSION, account -> {
            JsonObject record = (JsonObject) JsonValue.parse(account.get(SESSION));
            JsonObject sessions = (JsonObject) record.get("_sessions").orElseThrow();
            JsonObject two =
                    sessions.with("BQ==", sessions.get(sessions.names().get(0)).orElseThrow());
            return account.with(SESSION, record.with("_sessions", two).toBytes());
        });
        session("other ratchet", "key-pair", flip(3), "currentRatchet", "ephemeralKeyPair", "pubKey");
    }

    private void sessionEntries() {
        session("a number", "session-shape", to("1"));
        session("no registration id", "session-shape", drop("registrationId"));
        session("short root key", "session-shape", cut(31), "currentRatchet", "rootKey");
        session("short ratchet key", "session-shape", cut(31), "currentRatchet", "ephemeralKeyPair", "privKey");
        session("untyped ratchet key", "session-shape", flip(0), "currentRatchet", "lastRemoteEphemeralKey");
        session("counter -2", "session-shape", put("previousCounter", "-2"), "currentRatchet");
        session("counter 1.5", "session-shape", put("previousCounter", "1.5"), "currentRatchet");
        session("kind 3", "session-shape", put("baseKeyType", "3"), "indexInfo");
        session("short base key", "session-shape", cut(32), "indexInfo", "baseKey");
        session("short identity", "session-shape", cut(32), "indexInfo", "remoteIdentityKey");
        session("closed a text", "session-shape", put("closed", "\"no\""), "indexInfo");
        session("no chains", "session-shape", drop("_chains"));
        session("chain without key", "session-shape", drop("chainKey"), "_chains", "[1]");
        session("chain counter -2", "session-shape", put("counter", "-2"), "_chains", "[1]", "chainKey");
        session("short chain key", "session-shape", cut(31), "_chains", "[1]", "chainKey", "key");
        session("chain kind 3", "session-shape", put("chainType", "3"), "_chains", "[1]");
        session("sending chain without key", "session-shape", drop("key"), "_chains", "[2]", "chainKey");
        session("short message key", "session-shape", cut(31), "_chains", "[1]", "messageKeys", "0");
        session("message key by name", "session-shape", put("x", "\"AA==\""), "_chains", "[1]", "messageKeys");
        session("pending without base key", "session-shape", put("pendingPreKey", "{\"signedKeyId\":1}"));
        edit("32 bytes", "identity-key-shape", IDENTITY, cut(32));
        edit("no type byte", "identity-key-shape", IDENTITY, flip(0));
        raw("a string", "identity-key-shape", IDENTITY, "\"x\"");
    }

    private void senderKeys() {
        raw("a string", "sender-key-shape", SENDER_KEY, "\"x\"");
        raw("not JSON inside", "sender-key-shape", SENDER_KEY, wrapped("[{"));
        raw("numbers inside", "sender-key-shape", SENDER_KEY, wrapped("[1]"));
        senderKey("no chain", "sender-key-shape", drop("senderChainKey"));
        senderKey("iteration 1.5", "sender-key-shape", put("iteration", "1.5"), "senderChainKey");
        senderKey("iteration -1", "sender-key-shape", put("iteration", "-1"), "senderChainKey");
        senderKey("seed of 31 bytes", "sender-key-shape", cut(31), "senderChainKey", "seed");
        senderKey("public half of 30 bytes", "sender-key-shape", cut(30), "senderSigningKey", "public");
        senderKey("private half of 30 bytes", "sender-key-shape", cut(30), "senderSigningKey", "private");
        senderKey("message key of 30 bytes", "sender-key-shape", cut(30), "senderMessageKeys", "[0]", "seed");
        senderKey("other signing key", "key-pair", flip(3), "senderSigningKey", "private");
        warn(
                "six states",
                "sender-key-oversized",
                SENDER_KEY,
                inside(states -> copies(((JsonArray) states).get(0), 6)));
        warn(
                "2,001 message keys",
                "sender-key-oversized",
                SENDER_KEY,
                inside(states ->
                        at(states, keys -> copies(((JsonArray) keys).get(0), 2001), "[0]", "senderMessageKeys")));
        edit("false", "sender-key-memory-shape", MEMORY, put("5@lid", "false"));
        edit("a number", "sender-key-memory-shape", MEMORY, put("5@lid", "1"));
        raw("an array", "sender-key-memory-shape", MEMORY, "[true]");
    }

    private void appState() {
        edit("31 bytes", "app-state-sync-key-shape", STATE_KEY, cut(31), "keyData");
        edit("no key", "app-state-sync-key-shape", STATE_KEY, drop("keyData"));
        Key named = KeyType.APP_STATE_SYNC_KEY.key("not base64");
        plant("id", true, "app-state-sync-key-id", named, account -> account.with(named, account.get(STATE_KEY)));
        edit("127 bytes", "app-state-sync-version-shape", STATE, cut(127), "hash");
        edit("negative", "app-state-sync-version-shape", STATE, put("version", "-1"));
        edit("a text", "app-state-sync-version-shape", STATE, put("version", "\"x\""));
        edit("31 bytes", "app-state-sync-version-shape", STATE, cut(31), "indexValueMap", "[1]", "valueMac");
        edit("no entries", "app-state-sync-version-shape", STATE, drop("indexValueMap"));
        Key collection = KeyType.APP_STATE_SYNC_VERSION.key("regular_lower");
        plant(
                "unknown",
                false,
                "app-state-collection",
                collection,
                account -> account.with(collection, account.get(STATE)));
    }

    private void contacts() {
        raw("an object", "lid-mapping-shape", MAPPING, "{}");
        raw("a number", "lid-mapping-shape", REVERSE, "6281111111111");
        raw("an object", "device-list-shape", DEVICES, "{\"0\":\"0\"}");
        raw("numbers", "device-list-shape", DEVICES, "[0,17]");
        raw("no number", "device-list-shape", DEVICES, "[\"0\",\"x\"]");
        raw("a string", "tctoken-shape", TOKEN, "\"x\"");
        edit("no token", "tctoken-shape", TOKEN, drop("token"));
        edit("token a number", "tctoken-shape", TOKEN, put("token", "5"));
        edit("time a word", "tctoken-shape", TOKEN, put("timestamp", "\"soon\""));
        edit("index not JSON", "tctoken-shape", TOKENS, bytes(before -> new byte[] {'['}), "token");
        edit("index of numbers", "tctoken-shape", TOKENS, bytes(before -> new byte[] {'[', '1', ']'}), "token");
        edit("index an object", "tctoken-shape", TOKENS, bytes(before -> new byte[] {'{', '}'}), "token");
    }

    private void relations() {
        credentials("at the highest", "pre-key-counter", counters(30));
        credentials("far below", "pre-key-counter", counters(1));
        credentials("four below", "pre-key-counter", counters(27));
        warn("another", "app-state-key-missing", Key.CREDENTIALS, put("myAppStateKeyId", "\"AAAAAAAA\""));
        plant(
                "deleted",
                false,
                "app-state-key-missing",
                Key.CREDENTIALS,
                account -> account.without(KeyType.APP_STATE_SYNC_KEY.key("AAAAABz/")));
        plant(
                "another identity",
                false,
                "identity-differs",
                SESSION,
                account -> account.with(
                        IDENTITY,
                        flip(7).apply(JsonValue.parse(account.get(IDENTITY))).toBytes()));
        plant("no reverse", false, "lid-mapping-one-way", MAPPING, account -> account.without(REVERSE));
        plant(
                "reverse to another",
                false,
                "lid-mapping-one-way",
                MAPPING,
                account -> account.with(REVERSE, new JsonString("6281234567890").toBytes())
                        .with(MAPPING, account.get(MAPPING)));
        Key stale = KeyType.LID_MAPPING.key("55566677788899_reverse");
        plant(
                "remapped",
                false,
                "lid-mapping-stale-reverse",
                stale,
                account -> account.with(stale, new JsonString("6281111111111").toBytes()));
        plant("no credentials", false, "orphans", Key.CREDENTIALS, account -> account.without(Key.CREDENTIALS));
    }

    private static UnaryOperator<JsonValue> counters(int next) {
        return value -> put("firstUnuploadedPreKeyId", "" + next)
                .apply(put("nextPreKeyId", "" + next).apply(value));
    }

    private static JsonValue copies(JsonValue value, int count) {
        JsonValue[] copies = new JsonValue[count];
        Arrays.fill(copies, value);
        return JsonArray.of(copies);
    }

    private static String wrapped(String text) {
        return dev.pawl.json.BufferJson.of(Bytes.utf8(text)).toText();
    }

    private void credentials(String name, String rule, UnaryOperator<JsonValue> change, String... path) {
        edit(name, rule, Key.CREDENTIALS, change, path);
    }

    private void session(String name, String rule, UnaryOperator<JsonValue> change, String... path) {
        String[] whole = new String[path.length + 2];
        whole[0] = "_sessions";
        whole[1] = "[0]";
        System.arraycopy(path, 0, whole, 2, path.length);
        edit(name, rule, SESSION, change, whole);
    }

    private void senderKey(String name, String rule, UnaryOperator<JsonValue> change, String... path) {
        String[] whole = new String[path.length + 1];
        whole[0] = "[0]";
        System.arraycopy(path, 0, whole, 1, path.length);
        edit(name, rule, SENDER_KEY, inside(states -> at(states, change, whole)));
    }

    private void edit(String name, String rule, Key key, UnaryOperator<JsonValue> change, String... path) {
        plant(name, true, rule, key, account -> changed(account, key, change, path));
    }

    private void warn(String name, String rule, Key key, UnaryOperator<JsonValue> change) {
        plant(name, false, rule, key, account -> changed(account, key, change));
    }

    private void raw(String name, String rule, Key key, String text) {
        plant(name, true, rule, key, account -> account.with(key, Bytes.utf8(text)));
    }

    private void plant(String name, boolean problem, String rule, Key place, UnaryOperator<StoredAccount> planting) {
        faults.add(new Fault(name, problem, rule, place, planting));
    }

    private static StoredAccount changed(
            StoredAccount account, Key key, UnaryOperator<JsonValue> change, String... path) {
        return account.with(
                key, at(JsonValue.parse(account.get(key)), change, path).toBytes());
    }
}
