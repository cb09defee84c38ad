package dev.pawl.message;

import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link Act} comes to.
 *
 * @param result what is to be done about it
 * @param row the JSON of the message's row with {@link Result#STORED}: the same instance as before when nothing changes
 *     and nothing is written; empty otherwise
 * @param follows what comes of it for other messages, after all acts of the item; their rows may not have been read yet
 */
record Outcome(Result result, Optional<JsonObject> row, List<Act> follows) {

    /** What is to be done about an act. */
    enum Result {
        /** The message has a row, which may be as it was. */
        STORED,
        /** The message is not there, and the act waits for it as {@link Act#event}. */
        WAITS,
        /** Who did it may not; the event is set aside. */
        NOT_THE_AUTHOR,
        /** The message is not there, and there is nothing to wait with. */
        NOTHING
    }

    /** The act waits. */
    static final Outcome WAITS = new Outcome(Result.WAITS, Optional.empty(), List.of());

    /** The act is set aside. */
    static final Outcome NOT_THE_AUTHOR = new Outcome(Result.NOT_THE_AUTHOR, Optional.empty(), List.of());

    /** The act is over. */
    static final Outcome NOTHING = new Outcome(Result.NOTHING, Optional.empty(), List.of());

    /** The row is this, and nothing follows. */
    static Outcome stored(JsonObject row) {
        return new Outcome(Result.STORED, Optional.of(row), List.of());
    }

    /** The row is this, and that follows. */
    static Outcome stored(JsonObject row, List<Act> follows) {
        return new Outcome(Result.STORED, Optional.of(row), follows);
    }

    /** Shows nothing of the message. */
    @Override
    public String toString() {
        return "Outcome[" + result + "]";
    }
}
