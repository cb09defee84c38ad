package dev.pawl.migrate;

import dev.pawl.backend.Key;
import dev.pawl.backend.Salvageable.Lost;
import java.util.List;
import java.util.Optional;

/**
 * What a repair saved, and what it could not.
 *
 * @param copy what the target now holds, or would hold
 * @param lost the parts of the source that cannot be read, in their order
 * @param changes the records that the target has not, or not for sure as they last were, by key. What was lost
 *     without a trace is not among them.
 * @param raised how the counters of the credentials were moved on, when newer ones may be lost
 * @param advice what follows from it, for people; empty when nothing does
 */
public record RepairReport(
        MigrationReport copy, List<Lost> lost, List<Change> changes, Optional<Raised> raised, List<String> advice) {

    /** What became of a record. */
    public enum Fate {
        /**
         * Kept, but it stands before a part of which nobody knows what was in it: it may have been changed or
         * deleted.
         */
        DOUBTFUL,
        /** Kept as it was some time ago: its last value is lost. */
        OLDER,
        /** Left out though it could be read, because an old one breaks a conversation. */
        DROPPED,
        /** Left out because nothing usable is left of it. */
        LOST
    }

    /**
     * A record that is not for sure what it was.
     *
     * @param key the record
     * @param fate what became of it
     */
    public record Change(Key key, Fate fate) {}

    /**
     * The number of the next pre-key was moved on, so that none is given out a second time.
     *
     * @param from what the credentials had
     * @param to what they have now
     */
    public record Raised(long from, long to) {}

    /** Copies the lists. */
    public RepairReport {
        lost = List.copyOf(lost);
        changes = List.copyOf(changes);
        advice = List.copyOf(advice);
    }

    /** Whether the target has all that the source had: nothing was damaged, and nothing was left out. */
    public boolean whole() {
        return lost.isEmpty() && changes.isEmpty();
    }
}
