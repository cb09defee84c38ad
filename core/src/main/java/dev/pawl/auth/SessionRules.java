package dev.pawl.auth;

import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * What must be true of a session record in the object form; of the protobuf form only that it can be one. The names of sessions and chains are keys, so messages number them.
 *
 * <p>What libsignal for Node tolerates is no problem: several open sessions (it takes the first), more closed ones than it keeps.
 */
final class SessionRules {

    static final String VERSION = "v1";

    private static final int TYPED_KEY_SIZE = 1 + Curve.KEY_SIZE;
    private static final long OPEN = -1;
    private static final long LOWEST_COUNTER = -1;
    private static final long OURS = 1;
    private static final long THEIRS = 2;
    private static final long SENDING = 1;
    private static final long RECEIVING = 2;

    private SessionRules() {}

    static void check(JsonValue value, Remarks remarks) {
        Optional<Bytes> protobuf = BufferJson.bytes(value);
        if (protobuf.isPresent()) {
            Shapes.requireProtobufRecord(protobuf.get());
            return;
        }
        Members record = Members.of(value);
        JsonObject sessions = record.object("_sessions").json();
        if (!record.string("version").equals(VERSION)) {
            remarks.problem("session-version", "version: is not " + VERSION);
            return;
        }
        if (sessions.size() == 0) {
            remarks.warning("session-empty", "holds no session");
        }
        int open = 0;
        List<String> names = sessions.names();
        for (int i = 0; i < names.size(); i++) {
            Members session = Members.of(sessions.get(names.get(i)).orElseThrow(), "_sessions[" + i + "]");
            open += session(session, remarks) ? 1 : 0;
        }
        if (open > 1) {
            remarks.warning("session-several-open", "has " + open + " open sessions, libsignal uses the first");
        }
    }

    /** The identity keys of the peer in the sessions that are open. */
    static List<Bytes> openIdentities(JsonObject record) {
        return record.get("_sessions")
                .filter(JsonObject.class::isInstance)
                .map(sessions -> identities((JsonObject) sessions))
                .orElse(List.of());
    }

    private static List<Bytes> identities(JsonObject sessions) {
        return sessions.names().stream()
                .map(name -> Members.of(sessions.get(name).orElseThrow()).object("indexInfo"))
                .filter(index -> index.integer("closed") == OPEN)
                .map(index -> index.bytes("remoteIdentityKey"))
                .toList();
    }

    /** Checks one session and says whether it is open. */
    private static boolean session(Members session, Remarks remarks) {
        session.integer("registrationId");
        Members index = session.object("indexInfo");
        typedKey(index, "baseKey");
        typedKey(index, "remoteIdentityKey");
        oneOf(index, "baseKeyType", OURS, THEIRS);
        index.integer("created");
        index.integer("used");
        boolean open = index.integer("closed") == OPEN;

        Members ratchet = session.object("currentRatchet");
        ratchet.bytes("rootKey", Curve.KEY_SIZE);
        typedKey(ratchet, "lastRemoteEphemeralKey");
        counter(ratchet, "previousCounter");
        Members pair = ratchet.object("ephemeralKeyPair");
        Bytes privateKey = pair.bytes("privKey", Curve.KEY_SIZE);
        typedKey(pair, "pubKey");
        // a closed session sends no more, and a record may hold forty of them
        if (open && !Curve.belongTogether(privateKey, pair.bytes("pubKey"))) {
            remarks.problem(KeyRules.KEY_PAIR, pair.path("pubKey") + ": the public key is not that of the private key");
        }
        chains(session.object("_chains").json(), session.path("_chains"));
        session.findObject("pendingPreKey").ifPresent(pending -> {
            pending.integer("signedKeyId");
            pending.findInteger("preKeyId");
            typedKey(pending, "baseKey");
        });
        return open;
    }

    private static void chains(JsonObject chains, String path) {
        List<String> names = chains.names();
        for (int i = 0; i < names.size(); i++) {
            Members chain = Members.of(chains.get(names.get(i)).orElseThrow(), path + "[" + i + "]");
            Members key = chain.object("chainKey");
            counter(key, "counter");
            boolean sending = oneOf(chain, "chainType", SENDING, RECEIVING) == SENDING;
            // a receiving chain that ended keeps no key
            if (sending || key.find("key").isPresent()) {
                key.bytes("key", Curve.KEY_SIZE);
            }
            Members messageKeys = chain.object("messageKeys");
            messageKeys.json().names().forEach(number -> {
                if (KeyRules.preKeyId(number).isEmpty()) {
                    throw chain.wrong("messageKeys", "has a member that is no decimal number");
                }
                messageKeys.bytes(number, Curve.KEY_SIZE);
            });
        }
    }

    private static void typedKey(Members members, String name) {
        members.bytes(name, TYPED_KEY_SIZE);
        if (!KeyRules.isTyped(members.bytes(name))) {
            throw members.wrong(name, "does not begin with 5");
        }
    }

    private static void counter(Members members, String name) {
        if (members.integer(name) < LOWEST_COUNTER) {
            throw members.wrong(name, "is below -1");
        }
    }

    private static long oneOf(Members members, String name, long one, long other) {
        long value = members.integer(name);
        if (value != one && value != other) {
            throw members.wrong(name, "is neither " + one + " nor " + other);
        }
        return value;
    }
}
