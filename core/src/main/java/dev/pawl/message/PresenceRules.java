package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What becomes of what people are doing: rules S1 and S2 of {@code docs/message-rules.md}. */
final class PresenceRules {

    /** How long what somebody does is worth knowing. */
    static final Duration FRESH = Duration.ofMinutes(5);

    private PresenceRules() {}

    /** Where it stands what somebody does in a chat. */
    static Key place(String chat, String participant) {
        return new Key(Family.PRESENCE, chat, participant);
    }

    /** What somebody does: it replaces what he did, as it came. */
    static JsonObject update(Optional<JsonObject> stored, JsonObject presence) {
        return LabelRules.verbatim(stored, presence);
    }

    /** Whether what was seen at a second still counts. What a clock that went wrong put into the future does not. */
    static boolean isFresh(long second, Instant now) {
        long age = now.getEpochSecond() - second;
        return age <= FRESH.toSeconds() && age >= -FRESH.toSeconds();
    }
}
