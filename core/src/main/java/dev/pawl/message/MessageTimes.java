package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads when messages and chats were, in whatever form and unit. */
final class MessageTimes {

    /** From here on a number is taken for milliseconds: in seconds it would be the year 5138. */
    private static final long MILLISECONDS = 100_000_000_000L;

    /** A second that never comes; what is said to be then or later is said of no time. */
    static final long NEVER = Instant.MAX.getEpochSecond();

    private MessageTimes() {}

    /** A second as an instant; empty when it never comes. */
    static Optional<Instant> instant(long second) {
        return second < NEVER ? Optional.of(Instant.ofEpochSecond(second)) : Optional.empty();
    }

    /** The second at which a message was sent, when its JSON says so; 0 and less say nothing. */
    static OptionalLong of(JsonObject message) {
        return positive(ProtoJson.integer(message, "messageTimestamp"));
    }

    /** The second by which a message is ordered: of one that was taken back before it came, that of the revoke (R4). */
    static OptionalLong place(JsonObject message) {
        OptionalLong sent = of(message);
        return sent.isPresent() ? sent : positive(ProtoJson.integer(message, "revokeMessageTimestamp"));
    }

    /** The place of a message in its chat: its second, or that of its arrival when it has none. */
    static long order(JsonObject message, Instant arrival) {
        return of(message).orElse(arrival.getEpochSecond());
    }

    /** The second of the last activity of a chat, 0 when its JSON does not say. */
    static long activity(JsonObject chat) {
        return positive(ProtoJson.integer(chat, "conversationTimestamp")).orElse(0);
    }

    /** The instant of a number that is seconds in one place and milliseconds in another; 0 and less are none. */
    static Optional<Instant> secondsOrMilliseconds(JsonValue value) {
        OptionalLong number = positive(ProtoJson.integer(value));
        if (number.isEmpty()) {
            return Optional.empty();
        }
        long time = number.getAsLong();
        return Optional.of(time < MILLISECONDS ? Instant.ofEpochSecond(time) : Instant.ofEpochMilli(time));
    }

    private static OptionalLong positive(OptionalLong number) {
        return number.isPresent() && number.getAsLong() > 0 ? number : OptionalLong.empty();
    }
}
