package dev.pawl.auth;

import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys of one sender in one group: a list of states, the newest last.
 *
 * <p>Stored as bytes in the Buffer wrapper. Baileys puts the UTF-8 text of a JSON array in there, with bytes as arrays of numbers; later ones put the protobuf message of libsignal, which this class does
 * not look into. The bytes are kept exactly as they are; only the wrapper is written in its one canonical form.
 *
 * <p>Reading the states takes time in proportion to the unused message keys, of which an own record of a busy group has up to 2,000 (450 kB). Code that only passes such records on uses
 * {@link KeyType#text}.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class SenderKeyRecord {

    private final Bytes bytes;
    private final boolean protobuf;
    private final List<State> states;

    private SenderKeyRecord(Bytes bytes, boolean protobuf, List<State> states) {
        this.bytes = bytes;
        this.protobuf = protobuf;
        this.states = List.copyOf(states);
    }

    /**
     * A record of these bytes, in one of the two forms.
     *
     * @throws IllegalArgumentException when they are neither
     */
    public static SenderKeyRecord of(Bytes bytes) {
        return Shapes.argument(() -> read(new JsonBytes(bytes)));
    }

    static SenderKeyRecord read(JsonValue value) {
        Bytes bytes = BufferJson.bytes(value)
                .orElseThrow(() -> new ShapeException("", "is " + Members.kind(value) + " instead of bytes"));
        if (bytes.size() == 0 || bytes.byteAt(0) != '[') {
            Shapes.requireProtobufRecord(bytes);
            return new SenderKeyRecord(bytes, true, List.of());
        }
        try {
            List<State> states = new ArrayList<>();
            for (JsonValue state : (JsonArray) JsonValue.parse(bytes)) {
                states.add(State.read(Members.of(state, "states[" + states.size() + "]")));
            }
            return new SenderKeyRecord(bytes, false, states);
        } catch (JsonException e) {
            throw new ShapeException("states", String.valueOf(e.getMessage()));
        }
    }

    /** The record without its wrapper. Contains private keys. */
    public Bytes bytes() {
        return bytes;
    }

    /** Whether the bytes are a protobuf message; its states are then not looked into. */
    public boolean isProtobuf() {
        return protobuf;
    }

    /** The states of the JSON form, oldest first. */
    public List<State> states() {
        return states;
    }

    JsonValue json() {
        return new JsonBytes(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SenderKeyRecord that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** Shows sizes only. */
    @Override
    public String toString() {
        return "SenderKeyRecord[" + bytes.size() + " bytes, " + states.size() + " states]";
    }

    /**
     * One state of a sender key.
     *
     * @param id the number by which messages name it
     * @param iteration how far the chain is
     * @param chainSeed the chain key, 32 bytes
     * @param signingPublicKey what the sender's messages are verified with, 33 bytes
     * @param signingPrivateKey what we sign with when the sender is us, else empty
     * @param messageKeys keys of messages that were skipped or not used
     */
    public record State(
            long id,
            long iteration,
            Bytes chainSeed,
            Bytes signingPublicKey,
            Optional<Bytes> signingPrivateKey,
            List<MessageKey> messageKeys) {

        /** Copies the list. */
        public State {
            messageKeys = List.copyOf(messageKeys);
        }

        static State read(Members members) {
            Members chain = members.object("senderChainKey");
            Members signing = members.object("senderSigningKey");
            List<MessageKey> keys = new ArrayList<>();
            for (JsonValue key : members.array("senderMessageKeys")) {
                Members one = members.element(key, "senderMessageKeys", keys.size());
                keys.add(new MessageKey(one.integer("iteration"), one.bytes("seed")));
            }
            return new State(
                    members.integer("senderKeyId"),
                    chain.integer("iteration"),
                    chain.bytes("seed"),
                    signing.bytes("public"),
                    signing.findBytes("private").filter(key -> key.size() > 0),
                    keys);
        }

        /** Shows how many message keys there are. */
        @Override
        public String toString() {
            return "State[" + messageKeys.size() + " message keys]";
        }
    }

    /**
     * The key of one message.
     *
     * @param iteration which message of the chain
     * @param seed what the message's keys are derived from
     */
    public record MessageKey(long iteration, Bytes seed) {}
}
