package dev.pawl.baileys;

import static dev.pawl.baileys.StandInPipe.number;

import dev.pawl.json.JsonObject;
import java.util.concurrent.TimeUnit;

/**
 * How far a client is with what waits for it at the server.
 *
 * @param at when, in nanoseconds
 * @param left stanzas that it has not answered, of which so many are {@code messages}
 * @param confirmed messages that it has read since it is watched
 * @param refused messages that it has said never to read
 * @param asked how often it has asked for a message again
 */
record Backlog(long at, long left, long messages, long confirmed, long refused, long asked) {

    static Backlog of(JsonObject json) {
        return new Backlog(
                System.nanoTime(),
                number(json, "left"),
                number(json, "messages"),
                number(json, "confirmed"),
                number(json, "refused"),
                number(json, "asked"));
    }

    /** Whether something became of it: what is asked for again comes again, and then waits as well. */
    boolean hasGoneOnSince(Backlog before) {
        return left < before.left || confirmed > before.confirmed || asked > before.asked;
    }

    /** What became of it since an earlier look. */
    String since(Backlog before) {
        double seconds = Math.max(1, TimeUnit.NANOSECONDS.toMillis(at - before.at)) / 1000.0;
        return String.format(
                "%d stanzas wait, %d of them messages; in %.1f s %d fewer (%.0f/s): %d messages read, %d refused, %d asked for again",
                left,
                messages,
                seconds,
                before.left - left,
                (before.left - left) / seconds,
                confirmed - before.confirmed,
                refused - before.refused,
                asked - before.asked);
    }
}
