package dev.pawl.job;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which jobs to list. Jobs in one state other than {@link JobState#QUEUED} are read without looking at any others.
 *
 * @param states in one of these states
 * @param broadcast of this broadcast only
 */
public record JobFilter(Set<JobState> states, Optional<String> broadcast) {

    /** All jobs. */
    public static final JobFilter ALL = new JobFilter(EnumSet.allOf(JobState.class), Optional.empty());

    /** Copies the set. */
    public JobFilter {
        states = Set.copyOf(states);
    }

    /** Jobs in this state. */
    public static JobFilter in(JobState state) {
        return new JobFilter(EnumSet.of(state), Optional.empty());
    }

    /** The same, of one broadcast only. */
    public JobFilter of(String broadcastId) {
        return new JobFilter(states, Optional.of(broadcastId));
    }
}
