package dev.pawl.migrate;

import dev.pawl.backend.InUseException;
import dev.pawl.backend.Page;
import dev.pawl.job.Job;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.lease.Beat;
import dev.pawl.lease.LeaseTiming;
import java.util.List;
import java.util.Optional;

/**
 * Jobs of a source that a process may be sending while the source is taken from it. It could not note any more that they were
 * sent, and who goes on with them elsewhere would send them again.
 */
final class InFlight {

    private static final int PAGE = 500;

    private InFlight() {}

    /**
     * Refuses to go on when a process that lives is sending jobs. One that has claimed some and shows no life is watched until
     * it counts as dead.
     *
     * @throws InUseException when one lives
     */
    static void requireNone(End source, LeaseTiming timing) {
        List<Job> claimed = claimed(source);
        if (claimed.isEmpty()) {
            return;
        }
        long until = timing.ticker().nanos()
                + timing.dead().plus(timing.beat().multipliedBy(2)).toNanos();
        try (Beat beat = Beat.keep(source.backend(), timing)) {
            Optional<Job> live = live(source, claimed, beat);
            while (live.isPresent()) {
                if (timing.ticker().nanos() - until > 0) {
                    throw inUse(source, live.get());
                }
                timing.ticker().sleep(timing.beat());
                live = live(source, claimed, beat);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw inUse(source, claimed.get(0));
        }
    }

    private static List<Job> claimed(End source) {
        try (JobStore jobs = JobStore.openReadOnly(source.backend(), source.session())) {
            return Page.stream((Optional<String> after) -> jobs.list(JobFilter.in(JobState.CLAIMED), after, PAGE))
                    .toList();
        }
    }

    /** Looks at all of them each time, because who is not looked at is not found dead. */
    private static Optional<Job> live(End source, List<Job> claimed, Beat beat) {
        Optional<Job> live = Optional.empty();
        for (Job job : claimed) {
            boolean lives = job.claimant()
                    .filter(owner -> !beat.isDead(source.session(), Part.JOBS.lease(), owner))
                    .isPresent();
            live = lives ? Optional.of(job) : live;
        }
        return live;
    }

    private static InUseException inUse(End source, Job job) {
        String owner = job.claimant().map(Object::toString).orElse("nobody");
        return new InUseException("jobs of the source " + source.place() + " are being sent by " + owner
                + ": stop what sends them and run the same migration again");
    }
}
