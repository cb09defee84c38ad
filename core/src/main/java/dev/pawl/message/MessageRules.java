package dev.pawl.message;

import dev.pawl.json.JsonObject;
import java.util.Optional;

/** What becomes of a message when something is done to it: sections 3 to 5 of {@code docs/message-rules.md}. */
final class MessageRules {

    private MessageRules() {}

    /**
     * Does an act to a message.
     *
     * @param stored the JSON of the row that the first of {@link Act#targets} has which has one
     * @param act what is done
     * @param aliases who is who
     * @param group the row of the group, if there is one; asked for when {@link Act#asksGroup}
     */
    static Outcome apply(Optional<JsonObject> stored, Act act, Aliases aliases, Optional<JsonObject> group) {
        throw new UnsupportedOperationException("designed, not built");
    }

    /** Whether a message has content: something other than what goes with every content (rule of section 3). */
    static boolean hasContent(JsonObject message) {
        throw new UnsupportedOperationException("designed, not built");
    }

    /** Whether a message was taken back, by a rule of section 5 or as its stub says. */
    static boolean isRevoked(JsonObject message) {
        throw new UnsupportedOperationException("designed, not built");
    }

    /** Whether a message is one that people talk with, and raises its chat (C9). */
    static boolean isReal(JsonObject message) {
        throw new UnsupportedOperationException("designed, not built");
    }
}
