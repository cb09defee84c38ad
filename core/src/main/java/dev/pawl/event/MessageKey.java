package dev.pawl.event;

import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a message is called: where it stands, its id, and on which side it was written.
 *
 * <p>All addresses are {@link Jid#normalised normalised}. Ids are unique for one author only, and a second one may use
 * an id again on purpose; so in groups and broadcasts the {@link #author} belongs to the identity. Two keys of one
 * message need not be equal: one may lack the participant, or have the phone number where the other has the LID.
 *
 * @param remoteJid the address of the conversation as the event has it
 * @param id the id that the author's device made up, not empty
 * @param fromMe whether we wrote it, on whatever device
 * @param participant who wrote it in a group or broadcast; in a receipt or a request to send again, who asks
 * @param remoteJidAlt the other of LID and phone number of {@code remoteJid}; of the <em>sender</em> when {@code
 *     fromMe}
 * @param participantAlt the other of LID and phone number of {@code participant}
 */
public record MessageKey(
        String remoteJid,
        String id,
        boolean fromMe,
        Optional<String> participant,
        Optional<String> remoteJidAlt,
        Optional<String> participantAlt) {

    /** Normalises the addresses; an empty participant, which Baileys writes in conversations of two, becomes absent. */
    public MessageKey {
        if (remoteJid.isEmpty() || id.isEmpty()) {
            throw new IllegalArgumentException("a message has a conversation and an id, neither of them empty");
        }
        remoteJid = Jid.normalised(remoteJid);
        participant = normalised(participant);
        remoteJidAlt = normalised(remoteJidAlt);
        participantAlt = normalised(participantAlt);
    }

    /** The key of a message in a conversation of two, or of ours anywhere. */
    public static MessageKey of(String remoteJid, String id, boolean fromMe) {
        return new MessageKey(remoteJid, id, fromMe, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same key with another participant. */
    public MessageKey withParticipant(String jid) {
        return new MessageKey(remoteJid, id, fromMe, Optional.of(jid), remoteJidAlt, participantAlt);
    }

    /**
     * Reads a key as Baileys writes it.
     *
     * @throws InvalidEventException when it names no conversation or no id, or a member has another type
     */
    public static MessageKey read(JsonObject key) {
        return read(key, Optional.empty());
    }

    /**
     * Reads the key of a whole message, whose author may stand in the key or beside it.
     *
     * @throws InvalidEventException as {@link #read}
     */
    public static MessageKey ofMessage(JsonObject message) {
        JsonObject key = ProtoJson.object(message, "key")
                .orElseThrow(() -> InvalidEventException.noIdentity("key", "is missing"));
        return InvalidEventException.within("key", () -> read(key, ProtoJson.text(message, "participant")));
    }

    /** Reads a key as Baileys writes it, or nothing when it names no message. */
    public static Optional<MessageKey> find(JsonObject key) {
        try {
            return Optional.of(read(key));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    private static MessageKey read(JsonObject key, Optional<String> otherwise) {
        String remoteJid = identity(key, "remoteJid");
        String id = identity(key, "id");
        JsonValue fromMe = key.get("fromMe").orElse(JsonNull.NULL);
        if (!(fromMe instanceof JsonBoolean || fromMe instanceof JsonNull)) {
            throw InvalidEventException.unreadable("fromMe", "is neither true nor false");
        }
        return new MessageKey(
                remoteJid,
                id,
                fromMe instanceof JsonBoolean bool && bool.value(),
                ProtoJson.text(key, "participant").or(() -> otherwise),
                ProtoJson.text(key, "remoteJidAlt"),
                ProtoJson.text(key, "participantAlt"));
    }

    private static String identity(JsonObject key, String name) {
        return ProtoJson.text(key, name).orElseThrow(() -> InvalidEventException.noIdentity(name, "is missing"));
    }

    private static Optional<String> normalised(Optional<String> jid) {
        return jid.filter(text -> !text.isEmpty()).map(Jid::normalised);
    }

    /**
     * The conversation that a message of this key belongs to: {@link #remoteJid}, but for what came through somebody
     * else's broadcast list, which belongs to the conversation with that person.
     */
    public String chat() {
        Jid jid = jid();
        boolean list = jid.isBroadcast() && !jid.equals(Jid.STATUS) && !fromMe;
        return list ? participant.orElse(remoteJid) : remoteJid;
    }

    /**
     * Who wrote it, when it was somebody else.
     *
     * @return empty when we did, or when it stands in a group or broadcast and the key does not say who did
     */
    public Optional<String> author() {
        if (fromMe) {
            return Optional.empty();
        }
        return hasAuthors() ? participant : Optional.of(remoteJid);
    }

    /** Whether several people write in that conversation, so that {@link #participant} is part of what a message is. */
    public boolean hasAuthors() {
        Jid jid = jid();
        return jid.isGroup() || jid.isBroadcast();
    }

    /**
     * What this key tells about who is who. The other address of {@code remoteJid} counts only in what others wrote: in
     * our own messages Baileys puts our own address there.
     */
    public List<JidPair> pairs() {
        List<JidPair> pairs = new ArrayList<>();
        if (!fromMe) {
            Optional<String> person = jid().isBroadcast() ? participant : Optional.of(remoteJid);
            person.flatMap(one -> remoteJidAlt.flatMap(other -> JidPair.of(one, other)))
                    .ifPresent(pairs::add);
        }
        participant
                .flatMap(one -> participantAlt.flatMap(other -> JidPair.of(one, other)))
                .ifPresent(pairs::add);
        return List.copyOf(pairs);
    }

    private Jid jid() {
        return Jid.parse(remoteJid).orElse(new Jid(remoteJid, ""));
    }
}
