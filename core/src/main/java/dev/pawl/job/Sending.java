package dev.pawl.job;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.Delivery.Claim;
import dev.pawl.job.JobWriter.Outcome;
import dev.pawl.lease.Beat;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends one job that has been claimed, and notes what became of it. The note is repeated until it is known to be
 * stored, or that the job is not ours any more: what was sent and not noted would be sent again.
 */
final class Sending {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final JobStore store;
    private final JobSender sender;
    private final RunnerOptions options;
    private final Beat beat;
    private final Claim claim;
    private final Reports reports;

    /**
     * For one job.
     *
     * @param reports gets what is damaged
     */
    Sending(JobStore store, JobSender sender, RunnerOptions options, Beat beat, Claim claim, Reports reports) {
        this.reports = reports;
        this.store = store;
        this.sender = sender;
        this.options = options;
        this.beat = beat;
        this.claim = claim;
    }

    /** However this ends, the job is noted, handed to the beat to be noted later, or free to be picked up. */
    void run() {
        boolean handedOn = false;
        try {
            handedOn = isHandedOn();
        } finally {
            if (!handedOn) {
                beat.end(claim.owner());
            }
        }
    }

    private boolean isHandedOn() {
        if (isLost()) {
            beat.end(claim.owner());
            options.tell(new JobEvent.Lost(session(), claim.job()));
            return false;
        }
        Throwable failure = failure();
        Function<Job, Step> outcome = failure == null ? this::sent : job -> failed(job, failure);
        Note note = new Note(outcome);
        Optional<Step> noted = note.untilKnown();
        noted.ifPresent(step -> tell(step, failure));
        return note.handedOn;
    }

    /** Whether this process stood still between the claim and now, and another has taken the job over meanwhile. */
    private boolean isLost() {
        if (options.timing().ticker().nanos() - claim.at()
                <= options.timing().beat().toNanos()) {
            return false;
        }
        try {
            return store.reading()
                    .find(claim.job().id())
                    .filter(job -> Delivery.isHeld(job, claim.owner()))
                    .isEmpty();
        } catch (RuntimeException | Error e) {
            // what cannot be asked is not sent; it is as if this process had died
            options.trouble(session(), e);
            return true;
        }
    }

    private @Nullable Throwable failure() {
        try {
            sender.send(claim.job());
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        } catch (Exception | Error e) {
            // whatever it is: what is not noted would be sent again as if the process had died
            return e;
        }
    }

    private Step sent(Job job) {
        return JobRules.sent(job, MessageIds.next(), now());
    }

    private Step failed(Job job, Throwable failure) {
        String error = error(failure);
        if (failure instanceof UnsendableException) {
            return JobRules.dead(job, JobRules.UNSENDABLE, error, MessageIds.next(), now());
        }
        if (job.attempts() >= options.maxAttempts(job)) {
            return JobRules.dead(job, JobRules.FAILED, error, MessageIds.next(), now());
        }
        return JobRules.failed(job, error, options.retry().pause(job.attempts(), options.chance()), now());
    }

    private static String error(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        String kind = name.isEmpty() ? failure.getClass().getName() : name;
        return failure.getMessage() == null ? kind : kind + ": " + failure.getMessage();
    }

    private void tell(Step step, @Nullable Throwable failure) {
        Job job = step.job();
        if (failure == null) {
            options.tell(new JobEvent.Sent(session(), job));
        } else if (step.occurrence().isPresent()) {
            options.tell(
                    new JobEvent.Died(session(), step.occurrence().map(Job::of).orElseThrow()));
        } else if (job.state() == JobState.DEAD) {
            options.tell(new JobEvent.Died(session(), job));
        } else if (job.state() == JobState.WAITING) {
            options.tell(new JobEvent.Failed(
                    session(), job, failure, Instant.ofEpochMilli(job.row().order())));
        }
    }

    private long now() {
        return store.writing().now();
    }

    private SessionName session() {
        return store.session();
    }

    /** What became of the job, on its way into the store. */
    private final class Note {
        private final Function<Job, Step> outcome;
        private Job job = claim.job();
        private boolean doubtful;
        private boolean known;
        private boolean handedOn;
        private Optional<Beat> pending = Optional.empty();

        Note(Function<Job, Step> outcome) {
            this.outcome = outcome;
        }

        /** Returns what is stored; empty when the job is not ours any more, or what will be known is known later. */
        Optional<Step> untilKnown() {
            Duration pause = FIRST_PAUSE;
            while (true) {
                try {
                    Optional<Step> step = attempt();
                    if (known) {
                        return step;
                    }
                } catch (ClosedException | CorruptDataException | UnsupportedException e) {
                    // it would be no better the next time
                    options.trouble(session(), e);
                    end();
                    return Optional.empty();
                } catch (RuntimeException | Error e) {
                    // whatever it is, this job was sent: repeated until it is known to be noted
                    doubtful |= e instanceof InDoubtException || !(e instanceof StoreException);
                    options.trouble(session(), e);
                    if (isMovedAway(e)) {
                        return lost();
                    }
                }
                try {
                    options.timing().ticker().sleep(pause);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    // somebody else would take the job over if this process fell silent before it is noted
                    pending = Optional.of(Beat.keep(store.backend(), options.timing()));
                    beat.later(this::later);
                    handedOn = true;
                    return Optional.empty();
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }

        /** Tries once more, when nobody waits for it any more. */
        private boolean later() {
            try {
                attempt();
            } catch (ClosedException | CorruptDataException | UnsupportedException e) {
                end();
            } catch (InUseException e) {
                if (isMovedAway(e)) {
                    lost();
                }
            } catch (Error e) {
                // the thread that beats must not end of it
                options.trouble(session(), e);
            }
            return known;
        }

        /** Whether the jobs are kept elsewhere from now on, so that nothing is ever noted here again. */
        private boolean isMovedAway(Throwable e) {
            return e instanceof InUseException && JobAccess.isRetired(store.backend(), session());
        }

        private Optional<Step> lost() {
            end();
            options.tell(new JobEvent.Lost(session(), claim.job()));
            return Optional.empty();
        }

        private Optional<Step> attempt() {
            while (true) {
                Step step = outcome.apply(job);
                Outcome result = store.writing().apply(step, reports);
                if (result == Outcome.APPLIED) {
                    end();
                    return Optional.of(step);
                }
                doubtful |= result == Outcome.REFUSED_AFTER_DOUBT;
                Optional<Job> held =
                        store.reading().find(job.id()).filter(found -> Delivery.isHeld(found, claim.owner()));
                if (held.isEmpty()) {
                    if (!doubtful) {
                        return lost();
                    }
                    end();
                    return Optional.of(step);
                }
                job = held.get();
            }
        }

        private void end() {
            known = true;
            beat.end(claim.owner());
            pending.ifPresent(Beat::close);
        }
    }
}
