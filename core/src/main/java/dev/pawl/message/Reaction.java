package dev.pawl.message;

import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * What somebody reacted to a message with.
 *
 * @param author who, by the address that tells most; empty when we did
 * @param text the emoji
 * @param time when
 */
public record Reaction(Optional<String> author, String text, Optional<Instant> time) {

    /** Reads an entry of {@code reactions}; empty for one that was taken back, or that nobody made. */
    static Optional<Reaction> read(JsonObject entry) {
        Optional<MessageKey> key = ProtoJson.object(entry, "key").flatMap(MessageKey::find);
        return key.flatMap(own -> ProtoJson.text(entry, "text")
                .map(text -> new Reaction(
                        authorOf(own),
                        text,
                        entry.get("senderTimestampMs").flatMap(MessageTimes::secondsOrMilliseconds))));
    }

    /**
     * Who made a message that acts on another one, as Baileys finds it: the other address of the participant, of the
     * conversation, then the participant, then the conversation. Empty when we did.
     */
    static Optional<String> authorOf(MessageKey key) {
        return key.fromMe()
                ? Optional.empty()
                : Optional.of(key.participantAlt()
                        .or(key::remoteJidAlt)
                        .or(key::participant)
                        .orElse(key.remoteJid()));
    }

    /** Shows nothing of it. */
    @Override
    public String toString() {
        return "Reaction";
    }
}
