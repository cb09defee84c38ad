package dev.pawl.event;

import dev.pawl.json.JsonObject;

/**
 * JSON that belongs to one message: the message itself, a change of it, a reaction to it, a receipt for it.
 *
 * @param key which message
 * @param json what is said about it, as it came
 */
public record Keyed(MessageKey key, JsonObject json) {

    /** Shows how much there is, never what. */
    @Override
    public String toString() {
        return "Keyed[" + json.size() + " members]";
    }
}
