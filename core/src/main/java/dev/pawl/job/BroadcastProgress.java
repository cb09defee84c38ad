package dev.pawl.job;

import java.time.Instant;

/**
 * How far a broadcast has come. Its numbers are of one moment.
 *
 * @param id its id
 * @param state what it is doing
 * @param start when the first message goes
 * @param recipients how many it has, each once
 * @param sent how many it was sent to
 * @param failed how many were given up
 * @param cancelled how many will not get it
 */
public record BroadcastProgress(
        String id, State state, Instant start, int recipients, int sent, int failed, int cancelled) {

    /** What a broadcast is doing. */
    public enum State {
        /** Its recipients are being stored; nothing is sent before they all are. */
        FILLING,
        /** It is sent, one recipient after another. */
        RUNNING,
        /** Nothing more is sent until it is resumed. */
        PAUSED,
        /** Nothing more is sent. */
        CANCELLED,
        /** All recipients are through. */
        FINISHED
    }

    /** How many have not got it yet and still may. */
    public int left() {
        return recipients - sent - failed - cancelled;
    }
}
