package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.Job;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What must hold of jobs and broadcasts by themselves, whatever happened to them. */
final class JobFacts {

    private JobFacts() {}

    /** How often a job was changed. */
    static long revision(Job job) {
        return ((JsonNumber) ((JsonObject) job.json().get("pawl").orElseThrow())
                        .get("revision")
                        .orElseThrow())
                .longValue();
    }

    /** The numbers of a broadcast are those of its jobs, and at most one has the turn. */
    static void check(BroadcastProgress progress, List<Job> all) {
        List<Job> jobs = all.stream()
                .filter(job -> job.broadcast().equals(Optional.of(progress.id())))
                .toList();
        if (progress.state() == State.FILLING) {
            return;
        }
        assertThat(jobs).as("jobs of %s", progress).hasSize(progress.recipients());
        assertThat(count(jobs, JobState.DONE)).isEqualTo(progress.sent());
        assertThat(count(jobs, JobState.DEAD)).isEqualTo(progress.failed());
        assertThat(count(jobs, JobState.CANCELLED)).isEqualTo(progress.cancelled());
        long turns = count(jobs, JobState.WAITING) + count(jobs, JobState.CLAIMED);
        switch (progress.state()) {
            case RUNNING ->
                assertThat(turns).as("one has the turn in %s", progress).isEqualTo(1);
            case PAUSED, CANCELLED -> assertThat(turns).isLessThanOrEqualTo(1);
            default -> assertThat(turns + count(jobs, JobState.QUEUED)).isZero();
        }
    }

    private static long count(List<Job> jobs, JobState state) {
        return jobs.stream().filter(job -> job.state() == state).count();
    }

    /** Of a broadcast that was never stored whole, or whose cancelling broke off. */
    static boolean isUnfinished(JobStore store, Job job) {
        return job.broadcast()
                .flatMap(store::broadcast)
                .map(Broadcast::progress)
                .filter(progress -> progress.state() == State.FILLING || progress.state() == State.CANCELLED)
                .isPresent();
    }
}
