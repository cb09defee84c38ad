package dev.pawl.message;

import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One thing that one item of an event does to one message.
 *
 * <p>A message that reacts, edits or takes back is two: its own arrival, and what it does to the other one.
 *
 * @param kind what is done
 * @param targets keys of the message it is done to, not empty: they are tried in their order, and the first one that
 *     has a row is it. When none has, the first one is the message that is made, or waited for.
 * @param part what is said about it: the message itself, an update, a reaction, a receipt; for {@link Kind#EDITED} the
 *     new content in the form in which it is stored
 * @param by the message that did it, and with its author who did; of an arrival the message itself
 * @param time when it was done, in seconds, when the message that did it says so
 * @param carrier the whole message that did it, when the act was found in one
 */
record Act(
        Kind kind,
        List<MessageKey> targets,
        JsonObject part,
        MessageKey by,
        OptionalLong time,
        Optional<JsonObject> carrier) {

    private static final String GROUPS = "@g.us";

    /** What can be done to a message. */
    enum Kind {
        /** It came, or was sent. */
        ARRIVES,
        /** It stands in a history: stored as one that arrives, but it does nothing to others. */
        HISTORY,
        /** Some of its members changed. */
        UPDATED,
        /** It has new words, by a message that says so; an update with new words is {@link #UPDATED}. */
        EDITED,
        /** It was taken back, by a message or an update that says so. */
        REVOKED,
        /** Somebody reacted to it, or took that back. */
        REACTED,
        /** Somebody got it or read it. */
        RECEIVED,
        /** It was taken back before, and a stub of another id has members that are its own; never makes a row. */
        COMPLETED,
        /** It brought new words for a message that was taken back, and loses them; never makes a row. */
        SILENCED
    }

    /** Checks that there is a target. */
    Act {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("an act has a message that it is done to");
        }
    }

    /** The key that the message has when it is not there yet. */
    MessageKey target() {
        return targets.get(0);
    }

    /** Whether the part is a whole message, which has a row whatever it is. */
    boolean isArrival() {
        return kind == Kind.ARRIVES || kind == Kind.HISTORY;
    }

    /** Whether a group's row is asked whether who did it is an admin there. */
    boolean asksGroup() {
        return kind == Kind.REVOKED && isGroup(target());
    }

    /** Whether a message stands in a group. */
    static boolean isGroup(MessageKey key) {
        return key.remoteJid().endsWith(GROUPS);
    }

    /**
     * The act as an event of its own, with one item: what is kept of it while its message is not there.
     *
     * @throws IllegalStateException for an act that is never waited with
     */
    RawEvent event() {
        if (kind == Kind.REACTED) {
            return list("messages.reaction", "reaction");
        }
        if (kind == Kind.RECEIVED) {
            return list("message-receipt.update", "receipt");
        }
        if (carrier.isPresent()) {
            JsonObject data = JsonObject.builder()
                    .put("messages", JsonArray.of(carrier.get()))
                    .put("type", new JsonString("append"))
                    .build();
            return new RawEvent("messages.upsert", data);
        }
        if (kind == Kind.UPDATED || kind == Kind.REVOKED) {
            return list("messages.update", "update");
        }
        throw new IllegalStateException(kind + " waits for nothing");
    }

    private RawEvent list(String name, String member) {
        JsonObject item = JsonObject.builder()
                .put("key", json(target()))
                .put(member, part)
                .build();
        return new RawEvent(name, JsonArray.of(item));
    }

    /** A key as Baileys writes it. */
    static JsonObject json(MessageKey key) {
        JsonObject.Builder json = JsonObject.builder()
                .put("remoteJid", key.remoteJid())
                .put("fromMe", key.fromMe())
                .put("id", key.id());
        key.participant().ifPresent(jid -> json.put("participant", jid));
        key.remoteJidAlt().ifPresent(jid -> json.put("remoteJidAlt", jid));
        key.participantAlt().ifPresent(jid -> json.put("participantAlt", jid));
        return json.build();
    }

    /** Shows the kind and nothing of the message. */
    @Override
    public String toString() {
        return "Act[" + kind + "]";
    }
}
