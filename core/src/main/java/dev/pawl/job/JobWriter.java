package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.job.Step.Leaving;
import dev.pawl.lease.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits changes of the jobs of one session, beside any number of others who do. Each goes with the check that nobody
 * is alone with them, and in doubt is repeated until it is known: its bytes stand once or never, because revisions
 * never return.
 */
final class JobWriter {

    /**
     * How often a change in doubt is repeated, with pauses from {@link #PAUSE} on, each twice as long as the one
     * before.
     */
    private static final int ATTEMPTS = 6;

    private static final Logger LOG = LoggerFactory.getLogger(JobStore.class);

    /** For what was set aside while nobody listened. */
    static final Consumer<CorruptDataException> WARNING =
            damage -> LOG.warn("a job of a broadcast cannot be sent: {}", damage.getMessage());

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** How often others can win a broadcast before we give up. */
    private static final int RACES = 1000;

    private final JobRows rows;
    private final InstantSource clock;
    private final Ticker ticker;

    /** What became of a change. */
    enum Outcome {
        APPLIED,
        /** Something was not as it was read; nothing was changed. */
        REFUSED,
        /** Something is not as it was read, maybe because this very change was applied: reading tells. */
        REFUSED_AFTER_DOUBT
    }

    JobWriter(JobRows rows, InstantSource clock, Ticker ticker) {
        this.rows = rows;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** The time, ms. */
    long now() {
        return clock.millis();
    }

    JobRows rows() {
        return rows;
    }

    Traits.Limits limits() {
        return backend().traits().limits();
    }

    /**
     * Applies a step of a job, and what follows from it for its broadcast.
     *
     * @throws dev.pawl.backend.InUseException when somebody is alone with the jobs
     * @throws InDoubtException when it could not be found out whether it was applied
     * @throws CorruptDataException when its broadcast is damaged
     */
    Outcome apply(Step step) {
        return apply(step, WARNING, damage -> {
            throw damage;
        });
    }

    /**
     * The same for a job that was sent or is to be, whatever became of its broadcast: where that is damaged the job goes on
     * alone.
     *
     * @param report gets what is damaged
     */
    Outcome apply(Step step, Consumer<? super CorruptDataException> report) {
        return apply(step, report, report);
    }

    private Outcome apply(
            Step step,
            Consumer<? super CorruptDataException> queued,
            Consumer<? super CorruptDataException> ofBroadcast) {
        Optional<String> broadcast = step.from().broadcast();
        if (step.leaving() == Leaving.NOT || broadcast.isEmpty()) {
            return commit(batch(step));
        }
        BroadcastQueue queue = new BroadcastQueue(this, broadcast.get(), queued);
        boolean doubtful = false;
        for (int race = 0; race < RACES; race++) {
            Optional<BroadcastRules> rules = Optional.empty();
            try {
                rules = rules(broadcast.get());
            } catch (CorruptDataException damage) {
                ofBroadcast.accept(damage);
            }
            if (rules.isEmpty()) {
                // it was removed or is damaged, or only its jobs were copied here
                return commit(batch(step));
            }
            Optional<Batch> batch = rules.get()
                    .step(step, () -> queue.head(Optional.of(step.from().id())));
            if (batch.isEmpty()) {
                return Outcome.REFUSED;
            }
            Outcome outcome = commit(batch.get());
            if (outcome == Outcome.APPLIED) {
                return outcome;
            }
            doubtful |= outcome == Outcome.REFUSED_AFTER_DOUBT;
            if (!stands(step.from())) {
                return doubtful ? Outcome.REFUSED_AFTER_DOUBT : Outcome.REFUSED;
            }
        }
        throw new ConflictException("broadcast " + broadcast.get() + " changes too fast");
    }

    /**
     * How a broadcast may be changed, as it is now; empty when there is none.
     *
     * @throws CorruptDataException when it is damaged
     */
    Optional<BroadcastRules> rules(String broadcast) {
        return rows.get(BroadcastRow.key(broadcast)).map(row -> new BroadcastRules(row, rows.broadcast(row), now()));
    }

    private boolean stands(Job job) {
        return rows.get(job.key())
                .map(Row::value)
                .filter(job.row().value()::equals)
                .isPresent();
    }

    private static Batch batch(Step step) {
        Key from = step.from().key();
        List<Row> puts = new ArrayList<>(List.of(step.to()));
        step.occurrence().ifPresent(puts::add);
        return new Batch(
                List.of(Check.exact(from, step.from().row().value())),
                puts,
                step.to().key().equals(from) ? List.of() : List.of(from));
    }

    /**
     * Commits a batch if all its checks hold and nobody is alone with the jobs.
     *
     * @throws dev.pawl.backend.InUseException when somebody is
     * @throws InDoubtException when it could not be found out whether it was applied
     */
    Outcome commit(Batch batch) {
        List<Check> checks = new ArrayList<>(List.of(Check.absent(JobAccess.KEY)));
        checks.addAll(batch.checks());
        Batch whole = new Batch(checks, batch.puts(), batch.deletes());
        Optional<InDoubtException> doubt = Optional.empty();
        for (int attempt = 0; ; attempt++) {
            try {
                backend().commit(session(), whole);
                return Outcome.APPLIED;
            } catch (ConflictException e) {
                if (e.key().filter(JobAccess.KEY::equals).isPresent()) {
                    throw doubt.<StoreException>map(unknown -> unknown)
                            .orElseGet(() -> JobAccess.inUse(backend(), session()));
                }
                return doubt.isPresent() ? Outcome.REFUSED_AFTER_DOUBT : Outcome.REFUSED;
            } catch (UnavailableException e) {
                // of this attempt nothing was applied, of an earlier one it is not known
                throw doubt.<StoreException>map(unknown -> unknown).orElse(e);
            } catch (InDoubtException e) {
                doubt = Optional.of(e);
                if (attempt == ATTEMPTS - 1) {
                    throw e;
                }
                pause(attempt, e);
            }
        }
    }

    private void pause(int attempt, InDoubtException doubt) {
        try {
            ticker.sleep(PAUSE.multipliedBy(1L << attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw doubt;
        }
    }

    private Backend backend() {
        return rows.backend();
    }

    private SessionName session() {
        return rows.session();
    }
}
