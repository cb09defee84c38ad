package dev.pawl.auth;

import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonBytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The double-ratchet sessions with one device of one peer: at most one that is open, and closed ones that late messages may still need.
 *
 * <p>Two forms occur. libsignal for Node writes an object, {@code {"_sessions":{"<base key>":{…}},"version":"v1"}} with bare base64 inside; later ones write the protobuf message of libsignal as bytes, which
 * this class does not look into. Either is kept exactly as it was read, with everything in it.
 *
 * <p>A session record only ever moves forward: putting an older one back breaks the conversation.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class SessionRecord {

    private static final String VERSION = "v1";
    private static final int IDENTITY_SIZE = 33;

    private final JsonValue json;
    private final Optional<String> version;
    private final List<Session> sessions;

    private SessionRecord(JsonValue json, Optional<String> version, List<Session> sessions) {
        this.json = json;
        this.version = version;
        this.sessions = List.copyOf(sessions);
    }

    /**
     * A record in the form of protobuf bytes.
     *
     * @throws IllegalArgumentException when the bytes cannot be the message that libsignal writes
     */
    public static SessionRecord ofProtobuf(Bytes message) {
        return Shapes.argument(() -> read(new JsonBytes(message)));
    }

    /**
     * A record of this JSON, in one of the two forms.
     *
     * @throws IllegalArgumentException naming the member that is missing or wrong
     */
    public static SessionRecord of(JsonValue json) {
        return Shapes.argument(() -> read(json));
    }

    static SessionRecord read(JsonValue value) {
        Optional<Bytes> bytes = BufferJson.bytes(value);
        if (bytes.isPresent()) {
            Shapes.requireProtobufRecord(bytes.get());
            return new SessionRecord(new JsonBytes(bytes.get()), Optional.empty(), List.of());
        }
        Members members = Members.of(value);
        Optional<String> version = members.findString("version");
        if (version.isPresent() && !version.get().equals(VERSION)) {
            throw members.wrong("version", "is not " + VERSION);
        }
        List<Session> sessions = new ArrayList<>();
        members.object("_sessions").json().forEach((baseKey, session) -> {
            Members one = members.element(session, "_sessions", sessions.size());
            sessions.add(Session.read(baseKey, one));
        });
        return new SessionRecord(value, version, sessions);
    }

    /** The record as JSON. Contains private keys. */
    public JsonValue json() {
        return json;
    }

    /** The protobuf message, when the record has that form; its sessions are then not looked into. */
    public Optional<Bytes> protobuf() {
        return json instanceof JsonBytes bytes ? Optional.of(bytes.value()) : Optional.empty();
    }

    /** The version of the object form, {@code v1}; records of old releases have none. */
    public Optional<String> version() {
        return version;
    }

    /** All sessions of the object form in their order, oldest first. */
    public List<Session> sessions() {
        return sessions;
    }

    /** The session that messages are encrypted with now. */
    public Optional<Session> open() {
        return sessions.stream().filter(Session::isOpen).findFirst();
    }

    /** The sessions that only late messages may still need. */
    public List<Session> closed() {
        return sessions.stream().filter(session -> !session.isOpen()).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionRecord that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Shows the form and how many sessions there are. */
    @Override
    public String toString() {
        return protobuf()
                .map(bytes -> "SessionRecord[" + bytes.size() + " bytes]")
                .orElse("SessionRecord[" + sessions.size() + " sessions]");
    }

    /**
     * One session of a record in the object form.
     *
     * @param baseKey the public key that began it, as base64: its name in the record
     * @param startedByUs whether we sent the first message
     * @param registrationId the registration id of the peer's device
     * @param remoteIdentityKey the peer's identity key, 33 bytes
     * @param created when it was made
     * @param used when it last served
     * @param closed when it was closed, empty while it is open
     * @param chains how many sending and receiving chains it has
     * @param json everything, private keys included
     */
    public record Session(
            String baseKey,
            boolean startedByUs,
            long registrationId,
            Bytes remoteIdentityKey,
            Instant created,
            Instant used,
            Optional<Instant> closed,
            int chains,
            JsonObject json) {

        private static final int OURS = 1;
        private static final int OPEN = -1;

        static Session read(String baseKey, Members members) {
            Members index = members.object("indexInfo");
            Members ratchet = members.object("currentRatchet");
            ratchet.bytes("rootKey", Curve.KEY_SIZE);
            ratchet.object("ephemeralKeyPair");
            Members chains = members.object("_chains");
            int[] number = {0};
            // Their names are ratchet keys, which no message shows.
            chains.json()
                    .forEach((name, chain) ->
                            members.element(chain, "_chains", number[0]++).object("chainKey"));
            long closed = index.integer("closed");
            return new Session(
                    baseKey,
                    index.integer("baseKeyType") == OURS,
                    members.integer("registrationId"),
                    index.bytes("remoteIdentityKey", IDENTITY_SIZE),
                    Instant.ofEpochMilli(index.integer("created")),
                    Instant.ofEpochMilli(index.integer("used")),
                    closed == OPEN ? Optional.empty() : Optional.of(Instant.ofEpochMilli(closed)),
                    chains.json().size(),
                    members.json());
        }

        /** Whether messages are encrypted with it now. */
        public boolean isOpen() {
            return closed.isEmpty();
        }

        /** Shows nothing but whether it is open. */
        @Override
        public String toString() {
            return "Session[" + (isOpen() ? "open" : "closed") + "]";
        }
    }
}
