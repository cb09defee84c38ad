package dev.pawl.job;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.RoundDamage;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.JobWriter.Outcome;
import dev.pawl.lease.Beat;
import dev.pawl.lease.LeaseRecord.Owner;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds jobs of one session that were claimed by processes that are dead, and lets them wait again. Looks once in a
 * beat.
 */
final class Recovery {

    /** Of a job whose recurrence nothing here reads. */
    static final String STRANGE = "it recurs by a rule of a kind that nothing here reads: add the module that does";

    private static final int PAGE = 100;

    private final JobStore store;
    private final RunnerOptions options;
    private final Beat beat;
    private final Reports reports;
    private final Map<Key, Damage> damaged = new HashMap<>();
    private boolean looked;
    private boolean watching;
    private long last;

    /**
     * A row that is no job.
     *
     * @param row as it was read
     * @param since when, in nanoseconds of the ticker
     */
    private record Damage(Row row, long since) {}

    /**
     * For one session.
     *
     * @param reports gets what is damaged
     */
    Recovery(JobStore store, RunnerOptions options, Beat beat, Reports reports) {
        this.store = store;
        this.options = options;
        this.beat = beat;
        this.reports = reports;
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

    /** Whether something was claimed at the last look. */
    boolean isWatching() {
        return watching;
    }

    private void run() {
        boolean claimedAny = false;
        Map<String, Owner> dead = new HashMap<>();
        Scan claimed = Scan.of(Family.JOB).in(JobState.CLAIMED.partition()).limit(PAGE);
        Optional<Scan> next = Optional.of(claimed);
        while (next.isPresent()) {
            Page<Row, Position> page =
                    RoundDamage.scan(store.reading().backend(), store.session(), next.get(), reports);
            for (Row row : page.items()) {
                claimedAny = true;
                readable(row).ifPresent(job -> {
                    Optional<Owner> owner = job.claimant();
                    if (owner.isEmpty() || beat.isDead(store.session(), JobAccess.LEASE, owner.get())) {
                        recover(job);
                        owner.ifPresent(holder -> dead.put(holder.node(), holder));
                    }
                });
            }
            next = page.next().map(claimed::after);
        }
        watching = claimedAny;
        dead.values().forEach(beat::bury);
    }

    private Optional<Job> readable(Row row) {
        try {
            Job job = store.reading().job(row);
            damaged.remove(row.key());
            return Optional.of(job);
        } catch (CorruptDataException damage) {
            reports.accept(damage);
            setAsideInTime(row, damage);
            return Optional.empty();
        }
    }

    /** Who has it cannot be read, so that he is given the time in which he would be found dead. */
    private void setAsideInTime(Row row, CorruptDataException damage) {
        long now = options.timing().ticker().nanos();
        Damage seen = Optional.ofNullable(damaged.get(row.key()))
                .filter(before -> before.row().equals(row))
                .orElseGet(() -> new Damage(row, now));
        damaged.put(row.key(), seen);
        if (now - seen.since() >= options.timing().dead().toNanos()) {
            BroadcastRow.of(row.key().id())
                    .ifPresent(id -> new BroadcastQueue(store.writing(), id, reports).setAsideTurn(row, damage));
        }
    }

    private void recover(Job job) {
        int most = options.maxAttempts(job);
        boolean over = job.attempts() >= most && !job.isCancelRequested();
        if (over && JobRules.recursStrangely(job)) {
            // giving it up would end the whole series: left to somebody who knows when it is sent again
            reports.accept(store.reading().damaged(job.key(), STRANGE));
            return;
        }
        JobWriter writer = store.writing();
        Step step = JobRules.recovered(job, most, MessageIds.next(), writer.now());
        try {
            if (writer.apply(step, reports) == Outcome.APPLIED) {
                tell(step);
            }
        } catch (UnsupportedException tooBig) {
            reports.accept(store.reading().damaged(job.key(), JobSize.problem(job.row(), writer.limits())));
        }
    }

    private void tell(Step step) {
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
