package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How far a message got. */
public enum MessageStatus {
    /** The server refused it. Ends when somebody gets the message after all. */
    ERROR(0, 2),
    /** It is on its way to the server. */
    PENDING(1, 0),
    /** The server has it. */
    SERVER_ACK(2, 1),
    /** A device of the receiver has it. */
    DELIVERY_ACK(3, 3),
    /** It was read. */
    READ(4, 4),
    /** It was listened to or watched. */
    PLAYED(5, 5);

    /** The names by number, as protobuf has them. */
    static final List<String> NAMES = List.of("ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED");

    /** The statuses in the order of their numbers. */
    private static final List<MessageStatus> BY_NUMBER =
            List.of(ERROR, PENDING, SERVER_ACK, DELIVERY_ACK, READ, PLAYED);

    private final int number;
    private final int rank;

    MessageStatus(int number, int rank) {
        this.number = number;
        this.rank = rank;
    }

    /** The number that Baileys has for it. */
    public int number() {
        return number;
    }

    /** The status of a number; empty for one that there is not. */
    public static Optional<MessageStatus> of(long number) {
        return number < 0 || number >= BY_NUMBER.size() ? Optional.empty() : Optional.of(BY_NUMBER.get((int) number));
    }

    /**
     * The member {@code status} of a message, a number or a name; empty when there is none, or one that we do not know.
     */
    public static Optional<MessageStatus> in(JsonObject message) {
        OptionalLong number = ProtoJson.number(message, "status", NAMES);
        return number.isPresent() ? of(number.getAsLong()) : Optional.empty();
    }

    /**
     * Whether a message that has {@code other} has this one instead when it is told of both, in whatever order: a
     * message gets on and never back, and an error counts as more than having been sent, and less than having arrived.
     */
    public boolean isAfter(MessageStatus other) {
        return rank > other.rank;
    }
}
