package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.RoundDamage;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.job.JobWriter.Outcome;
import dev.pawl.lease.Beat;
import dev.pawl.lease.LeaseRecord.Owner;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The jobs of one session on their way: finds the one that is to be sent next and takes it; {@link Sending} sends it.
 *
 * <p><b>Thread-safety.</b> None: between a claim and the end of its sending nobody looks for the next.
 */
final class Delivery {

    /** How many due jobs whose recipients have to wait are passed over. */
    private static final int LOOK = 256;

    /** However many are damaged, or recur by rules of modules that are missing. */
    private static final int MOST = 10_000;

    /** How many that are too late are ended before others have their turn. */
    private static final int AT_ONCE = 64;

    private static final int FIRST_PAGE = 4;
    private static final int PAGE = 64;

    /** Others may be at work: what was due a moment ago was taken. */
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(1);

    /** Runners who got in each other's way go on with one of so many. */
    private static final int APART = 8;

    private final JobStore store;
    private final RunnerOptions options;
    private final Beat beat;
    private final Tokens tokens;
    private final Recovery recovery;
    private final Reports reports;
    private boolean expecting;
    private int skipping;

    /**
     * What a look found.
     *
     * @param claim a job to be sent now
     * @param pause when there is none, how long until it is worth looking again, in nanoseconds
     */
    record Look(Optional<Claim> claim, long pause) {}

    /**
     * A job that this process has taken.
     *
     * @param job as it is claimed
     * @param owner who claimed it
     * @param at when, in nanoseconds of the ticker: before that was asked for
     */
    record Claim(Job job, Owner owner, long at) {}

    /**
     * For one session.
     *
     * @param reports gets what is damaged
     */
    Delivery(JobStore store, RunnerOptions options, Beat beat, Reports reports) {
        this.reports = reports;
        this.store = store;
        this.options = options;
        this.beat = beat;
        this.tokens = new Tokens(options.rate(), options.timing().ticker().nanos());
        this.recovery = new Recovery(store, options, beat, reports);
    }

    /** Takes the job that is to be sent next, if there is one; picks up first what dead processes left. */
    Look look() {
        try {
            recovery.runWhenDue();
            long wait = tokens.until(nanos());
            return wait > 0 ? pause(wait) : due();
        } catch (InUseException e) {
            JobAccess.settleIfDead(backend(), session(), options.timing(), beat);
            throw e;
        }
    }

    private Look due() {
        long now = options.clock().millis();
        if (!expecting) {
            long pause = untilDue(now);
            if (pause > 0) {
                return pause(pause);
            }
        }
        expecting = false;
        return new Pass(now).look();
    }

    /** One walk over what is due. */
    private final class Pass {
        private final long now;
        private final int skip = skipping;
        private int seen;
        private int ended;
        private int held;
        private long shortest = Long.MAX_VALUE;

        Pass(long now) {
            this.now = now;
            skipping = 0;
        }

        Look look() {
            Scan scan = Scan.of(Family.JOB).in(JobState.WAITING.partition()).before(Position.of(now + 1));
            Optional<Scan> next = Optional.of(scan.limit(FIRST_PAGE));
            while (next.isPresent() && held < LOOK && seen < MOST) {
                Page<Row, Position> page = RoundDamage.scan(backend(), session(), next.get(), this::unreadable);
                for (Row row : page.items()) {
                    seen++;
                    if (seen <= skip) {
                        shortest = 0;
                        continue;
                    }
                    Optional<Job> job = readable(row).filter(this::isWanted);
                    if (ended == AT_ONCE) {
                        return pause(0);
                    }
                    if (job.isEmpty()) {
                        continue;
                    }
                    long wait = tokens.until(job.get().recipient(), nanos());
                    if (wait == 0) {
                        return claimed(job.get());
                    }
                    held++;
                    shortest = Math.min(shortest, wait);
                }
                next = page.next().map(scan.limit(PAGE)::after);
            }
            return pause(shortest == 0 ? 0 : Math.min(shortest, Math.max(MOMENT, untilNext())));
        }

        /** What is due and cannot be sent now holds up nothing that is due later. */
        private long untilNext() {
            return seen == 0 ? untilDue(now) : untilDue(now, Optional.of(Position.of(now + 1)));
        }

        private void unreadable(CorruptDataException damage) {
            seen++;
            reports.accept(damage);
        }

        /** Passes over what nobody here knows how to repeat, and ends what is too late. */
        private boolean isWanted(Job job) {
            if (JobRules.recursStrangely(job)) {
                reports.accept(store.reading().damaged(job.key(), Recovery.STRANGE));
                return false;
            }
            if (!options.isTooLate(job, now)) {
                return true;
            }
            ended++;
            Step step = JobRules.missed(job, MessageIds.next(), now);
            if (store.writing().apply(step, reports) == Outcome.APPLIED) {
                options.tell(new JobEvent.Missed(session(), step.job()));
            }
            return false;
        }
    }

    /** How long until the first job that waits is due, in nanoseconds. */
    private long untilDue(long now) {
        return untilDue(now, Optional.empty());
    }

    private long untilDue(long now, Optional<Position> from) {
        return store.reading()
                .firstDue(from)
                .map(due -> TimeUnit.MILLISECONDS.toNanos(due - now))
                .orElse(Long.MAX_VALUE);
    }

    private Look claimed(Job job) {
        Optional<Claim> claim = claim(job);
        if (claim.isPresent()) {
            tokens.take(job.recipient(), nanos());
            expecting = true;
            return new Look(claim, 0);
        }
        skipping = options.chance().nextInt(APART);
        return new Look(Optional.empty(), 0);
    }

    private Optional<Claim> claim(Job job) {
        long at = nanos();
        Owner owner = beat.sign();
        boolean ours = false;
        try {
            Step step = JobRules.claimed(
                    job, owner, MessageIds.next(), store.writing().now());
            Outcome outcome = store.writing().apply(step);
            Optional<Job> taken = switch (outcome) {
                case APPLIED -> Optional.of(step.job());
                case REFUSED -> Optional.empty();
                case REFUSED_AFTER_DOUBT -> store.reading().find(job.id()).filter(found -> isHeld(found, owner));
            };
            ours = taken.isPresent();
            return taken.map(found -> new Claim(found, owner, at));
        } finally {
            if (!ours) {
                // if it was claimed after all, it is as if this process had died
                beat.end(owner);
            }
        }
    }

    /** Whether a job is claimed by this owner. */
    static boolean isHeld(Job job, Owner owner) {
        return job.state() == JobState.CLAIMED
                && job.claimant()
                        .filter(claimant -> claimant.token().equals(owner.token()))
                        .isPresent();
    }

    /**
     * A job, unless its row is damaged or bigger than what can be changed here. That is reported, and if it is the turn of
     * that job in a broadcast, the next one's turn comes.
     */
    private Optional<Job> readable(Row row) {
        JobRows rows = store.reading();
        CorruptDataException damage;
        try {
            Job job = rows.job(row);
            if (!JobSize.isTooBig(row, store.writing().limits())) {
                return Optional.of(job);
            }
            damage =
                    rows.damaged(row.key(), JobSize.problem(row, store.writing().limits()));
        } catch (CorruptDataException e) {
            damage = e;
        }
        reports.accept(damage);
        CorruptDataException reported = damage;
        BroadcastRow.of(row.key().id())
                .ifPresent(id -> new BroadcastQueue(store.writing(), id, reports).setAsideTurn(row, reported));
        return Optional.empty();
    }

    private Look pause(long nanos) {
        long longest = options.pollEvery().toNanos();
        if (recovery.isWatching()) {
            // who has claimed something may die, which is found by looking with every beat
            longest = Math.min(longest, options.timing().beat().toNanos());
        }
        return new Look(Optional.empty(), Math.min(nanos, longest));
    }

    private long nanos() {
        return options.timing().ticker().nanos();
    }

    private SessionName session() {
        return store.session();
    }

    private Backend backend() {
        return store.reading().backend();
    }
}
