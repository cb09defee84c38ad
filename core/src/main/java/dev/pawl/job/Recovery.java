package dev.pawl.job;

import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.job.JobWriter.Outcome;
import dev.pawl.lease.Beat;
import dev.pawl.lease.LeaseRecord.Owner;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds jobs of one session that were claimed by processes that are dead, and lets them wait again. Looks once in a
 * beat.
 */
final class Recovery {

    private static final int PAGE = 100;

    private final JobStore store;
    private final RunnerOptions options;
    private final Beat beat;
    private final Function<Row, Optional<Job>> reading;
    private boolean looked;
    private long last;

    /**
     * For one session.
     *
     * @param reading reports what is damaged
     */
    Recovery(JobStore store, RunnerOptions options, Beat beat, Function<Row, Optional<Job>> reading) {
        this.store = store;
        this.options = options;
        this.beat = beat;
        this.reading = reading;
    }

    /** Looks, if the last look was a beat ago. */
    void runWhenDue() {
        long now = options.timing().ticker().nanos();
        if (looked && now - last < options.timing().beat().toNanos()) {
            return;
        }
        run();
        looked = true;
        last = now;
    }

    private void run() {
        Map<String, Owner> dead = new HashMap<>();
        Scan claimed = Scan.of(Family.JOB).in(JobState.CLAIMED.partition()).limit(PAGE);
        Optional<Scan> next = Optional.of(claimed);
        while (next.isPresent()) {
            Page<Row, Position> page = store.reading().scan(next.get());
            for (Row row : page.items()) {
                reading.apply(row).ifPresent(job -> {
                    Optional<Owner> owner = job.claimant();
                    if (owner.isEmpty() || beat.isDead(store.session(), JobAccess.LEASE, owner.get())) {
                        recover(job);
                        owner.ifPresent(holder -> dead.put(holder.node(), holder));
                    }
                });
            }
            next = page.next().map(claimed::after);
        }
        dead.values().forEach(beat::bury);
    }

    private void recover(Job job) {
        JobWriter writer = store.writing();
        Step step = JobRules.recovered(job, options.maxAttempts(job), MessageIds.next(), writer.now());
        if (writer.apply(step) != Outcome.APPLIED) {
            return;
        }
        Optional<Row> given = step.occurrence();
        Job now = given.map(Job::of).orElseGet(step::job);
        switch (now.state()) {
            case DEAD -> options.tell(new JobEvent.Died(store.session(), now));
            case CANCELLED -> {
                // nobody waits for it
            }
            default -> options.tell(new JobEvent.Recovered(store.session(), now));
        }
    }
}
