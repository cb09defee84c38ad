package dev.pawl.job;

import java.util.Arrays;
import java.util.Optional;

/** Where a job stands. The partition of its row says it, so that who looks for one kind never reads the others. */
public enum JobState {
    /** In a broadcast, behind others: it waits when those are through. */
    QUEUED("broadcast:"),
    /** Sent when its time comes. */
    WAITING("waiting"),
    /** A process has taken it and may be sending it right now. */
    CLAIMED("claimed"),
    /** Sent. */
    DONE("done"),
    /** Given up, with the last error; {@link JobStore#retry} makes it wait again. */
    DEAD("dead"),
    /** Not to be sent: cancelled, or so late that it was skipped. */
    CANCELLED("cancelled");

    private final String partition;

    JobState(String partition) {
        this.partition = partition;
    }

    /** The partition of a job in this state. */
    String partition() {
        return partition;
    }

    /** The state of jobs in a partition; empty for partitions that hold no jobs. */
    static Optional<JobState> of(String partition) {
        if (partition.startsWith(QUEUED.partition)) {
            return Optional.of(QUEUED);
        }
        return Arrays.stream(values())
                .filter(state -> state != QUEUED && state.partition.equals(partition))
                .findFirst();
    }
}
