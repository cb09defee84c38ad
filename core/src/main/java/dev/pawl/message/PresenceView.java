package dev.pawl.message;

import dev.pawl.json.JsonObject;
import java.time.Instant;

/**
 * What somebody in a conversation was last seen doing, at most 300 seconds ago.
 *
 * @param participant who, normalised
 * @param observed when we were told
 * @param json as Baileys says it: {@code lastKnownPresence} is {@code unavailable}, {@code available}, {@code
 *     composing} or {@code recording}
 */
public record PresenceView(String participant, Instant observed, JsonObject json) {}
