package dev.pawl.interop;

import static dev.pawl.interop.BaileysPeer.base64;
import static dev.pawl.interop.BaileysPeer.bool;
import static dev.pawl.interop.BaileysPeer.member;
import static dev.pawl.interop.BaileysPeer.number;
import static dev.pawl.interop.BaileysPeer.object;
import static dev.pawl.interop.BaileysPeer.string;
import static dev.pawl.interop.BaileysPeer.stringList;
import static dev.pawl.interop.BaileysPeer.strings;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One authentication directory opened by real Baileys, with the layers of a socket above it.
 *
 * <p>Baileys keeps the credentials in memory from opening to {@link #reload()}; keys are read from the files at each call,
 * unless it was opened with the cache.
 */
final class BaileysAccount implements AutoCloseable {

    /** Which layer of Baileys a key access goes through. */
    enum Through {
        /** The multi-file store itself. */
        FILES,
        /** The transaction layer, outside a transaction. */
        KEYS,
        /** Inside a transaction. */
        TRANSACTION;

        private String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final BaileysPeer peer;
    private final String handle;
    private final Path directory;

    BaileysAccount(BaileysPeer peer, String handle, Path directory) {
        this.peer = peer;
        this.handle = handle;
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Opens the directory again, as after a restart. */
    void reload() {
        call("reload", request());
    }

    @Override
    public void close() {
        if (peer.isAlive()) {
            call("close", request());
        }
    }

    // -- credentials and keys

    /** The credentials in memory, as the text Baileys would save. */
    String credentials() {
        return string(call("creds", request()));
    }

    /** Merges a BufferJSON object into the credentials, saves them, and returns the whole. */
    String update(String patch) {
        return string(call("updateCreds", request().put("patch", patch)));
    }

    void saveCredentials() {
        call("saveCreds", request());
    }

    /** Saves the credentials, with Node standing still for a time after it has truncated their file. */
    void stallInSaveCredentials(Duration time) {
        call("stallInSaveCreds", request().put("millis", time.toMillis()));
    }

    /** The stored texts, absent ids left out. */
    Map<String, String> get(Through through, String type, List<String> ids) {
        JsonValue answer =
                call("get", request().put("type", type).put("ids", strings(ids)).put("through", through.text()));
        Map<String, String> values = new TreeMap<>();
        for (JsonValue entry : (JsonArray) answer) {
            if (member(object(entry), "value") instanceof JsonString value) {
                values.put(string(object(entry), "id"), value.value());
            }
        }
        return values;
    }

    /** The stored text of one key. */
    Optional<String> get(String type, String id) {
        return Optional.ofNullable(get(Through.KEYS, type, List.of(id)).get(id));
    }

    /** Writes all updates with one {@code set}. */
    void set(Through through, List<Update> updates) {
        call(
                "set",
                request()
                        .put(
                                "entries",
                                JsonArray.copyOf(
                                        updates.stream().map(Update::toJson).toList()))
                        .put("through", through.text()));
    }

    /** Loads every record and saves it again. */
    Saved saveAll(Through through) {
        JsonObject answer = object(call("saveAll", request().put("through", through.text())));
        return new Saved(stringList(member(answer, "saved")), stringList(member(answer, "absent")));
    }

    /** Mints pre-keys as for an upload, and returns their ids. */
    List<Long> mintPreKeys(int count) {
        return ((JsonArray) call("preKeys", request().put("count", count)))
                .values().stream().map(id -> ((JsonNumber) id).longValue()).toList();
    }

    /** Replaces the signed pre-key and returns the new key id. */
    long rotateSignedPreKey() {
        return ((JsonNumber) call("rotateSignedPreKey", request())).longValue();
    }

    /** Pairs by Baileys' own code against a valid, self-made answer of the server. */
    void pair(String jid, String lid, String name) {
        call("pair", request().put("id", jid).put("lid", lid).put("name", name));
    }

    // -- conversations

    /** The public keys a server would hand out for this account, with a one-time pre-key. */
    JsonObject bundle(long preKeyId) {
        return object(call("bundle", request().put("preKeyId", preKeyId)));
    }

    /** The same when the one-time pre-keys have run out. */
    JsonObject bundleWithoutPreKey() {
        return object(call("bundle", request()));
    }

    /** Starts an outgoing session with the owner of a bundle. */
    void injectSession(String jid, JsonObject bundle) {
        call("injectSession", request().put("jid", jid).put("bundle", bundle));
    }

    Message encrypt(String jid, String text) {
        JsonObject message = object(call("encrypt", request().put("jid", jid).put("text", text)));
        return new Message(string(message, "type"), string(message, "ciphertext"));
    }

    /** The text of a message from {@code jid}. */
    String decrypt(String jid, Message message) {
        return string(call(
                "decrypt",
                request().put("jid", jid).put("type", message.type()).put("ciphertext", message.ciphertext())));
    }

    /** Whether Baileys finds an open session with {@code jid}. */
    boolean hasSession(String jid) {
        return bool(member(object(call("validateSession", request().put("jid", jid))), "exists"));
    }

    void deleteSession(String jid) {
        call("deleteSession", request().put("jids", strings(List.of(jid))));
    }

    /** Learns that a phone number and a LID are one person. */
    void storeLidMapping(String phoneNumberJid, String lidJid) {
        JsonObject pair = JsonObject.builder()
                .put("pn", phoneNumberJid)
                .put("lid", lidJid)
                .build();
        call("storeLidMappings", request().put("pairs", JsonArray.of(pair)));
    }

    /** Moves the sessions of a phone number to its LID, and returns how many moved. */
    long migrateSession(String phoneNumberJid, String lidJid) {
        JsonValue answer =
                call("migrateSession", request().put("from", phoneNumberJid).put("to", lidJid));
        return number(object(answer), "migrated");
    }

    // -- groups

    GroupMessage encryptGroup(String group, String ownJid, String text) {
        JsonObject message = object(call(
                "groupEncrypt",
                request().put("group", group).put("meId", ownJid).put("text", text)));
        return new GroupMessage(string(message, "ciphertext"), string(message, "distribution"));
    }

    void processDistribution(String group, String author, GroupMessage message) {
        call(
                "processSenderKeyDistribution",
                request().put("group", group).put("authorJid", author).put("distribution", message.distribution()));
    }

    String decryptGroup(String group, String author, GroupMessage message) {
        return string(call(
                "groupDecrypt",
                request().put("group", group).put("authorJid", author).put("ciphertext", message.ciphertext())));
    }

    // -- app state

    /** Stores a new random app-state key as it arrives from the phone. */
    void shareAppStateKey(String keyId) {
        call("shareAppStateKey", request().put("keyId", keyId));
    }

    /**
     * Makes the patch that pins a chat, with time and initialisation vector fixed, so that two accounts with the same
     * app-state key and the same state make the same patch. Nothing is stored.
     */
    AppStatePatch pinPatch(String jid, String keyId) {
        return AppStatePatch.of(object(call(
                "appStatePatch",
                request()
                        .put("modification", "{\"pin\":true}")
                        .put("jid", jid)
                        .put("keyId", keyId)
                        .put("timestamp", 1760000000000L)
                        .put("vector", base64(new byte[16])))));
    }

    /** Makes a patch with the account's own key, random vector and the current time, and stores the state after it. */
    AppStatePatch modify(String modification, String jid) {
        return AppStatePatch.of(object(call(
                "appStatePatch",
                request().put("modification", modification).put("jid", jid).put("save", true))));
    }

    /**
     * Applies a patch of another device and stores the state after it; returns its version.
     *
     * @throws PeerFailure when a MAC is wrong or the key is missing
     */
    long apply(AppStatePatch patch) {
        JsonValue answer = call(
                "appStateDecode",
                request()
                        .put("collection", patch.collection())
                        .put("patch", patch.patch())
                        .put("save", true));
        return number(object(answer), "version");
    }

    private JsonObject.Builder request() {
        return JsonObject.builder().put("handle", handle);
    }

    private JsonValue call(String operation, JsonObject.Builder request) {
        return peer.call(operation, request.build());
    }

    /** One key to be written; without a value it is deleted. */
    record Update(String type, String id, Optional<String> value) {

        static Update put(String type, String id, String value) {
            return new Update(type, id, Optional.of(value));
        }

        static Update delete(String type, String id) {
            return new Update(type, id, Optional.empty());
        }

        private JsonObject toJson() {
            return JsonObject.builder()
                    .put("type", type)
                    .put("id", id)
                    .put("value", value.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL))
                    .build();
        }
    }

    /** The file names that Baileys loaded and saved, and those it reads as absent. */
    record Saved(List<String> saved, List<String> absent) {}

    /** A message between two devices: {@code pkmsg} or {@code msg}, and its bytes in base64. */
    record Message(String type, String ciphertext) {}

    /** A message to a group and the sender key distribution that goes with it, in base64. */
    record GroupMessage(String ciphertext, String distribution) {}

    /** An app-state patch with its MACs and the state it leads to, bytes in base64. */
    record AppStatePatch(
            String collection,
            long version,
            String hash,
            String indexMac,
            String valueMac,
            String snapshotMac,
            String patchMac,
            String patch) {

        private static AppStatePatch of(JsonObject answer) {
            return new AppStatePatch(
                    string(answer, "collection"),
                    number(answer, "version"),
                    string(answer, "hash"),
                    string(answer, "indexMac"),
                    string(answer, "valueMac"),
                    string(answer, "snapshotMac"),
                    string(answer, "patchMac"),
                    string(answer, "patch"));
        }
    }
}
