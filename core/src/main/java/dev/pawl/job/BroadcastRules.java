package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.Step.Leaving;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the jobs of a broadcast follow each other: one waits or is claimed, the others are queued. Rows in, rows out.
 *
 * <p>Every step that ends the turn of the one moves the next up in the same commit, and checks the row of the
 * broadcast, so that a pause or an end in between is seen.
 */
final class BroadcastRules {

    private final Row row;
    private final BroadcastRow broadcast;
    private final long now;
    private final List<Check> checks = new ArrayList<>();
    private final List<Row> puts = new ArrayList<>();
    private final List<Key> deletes = new ArrayList<>();

    /**
     * For one change.
     *
     * @param row of the broadcast, as it was read
     * @param broadcast what it says
     * @param now the time, ms
     */
    BroadcastRules(Row row, BroadcastRow broadcast, long now) {
        this.row = row;
        this.broadcast = broadcast;
        this.now = now;
        checks.add(Check.exact(row.key(), row.value()));
    }

    BroadcastRow broadcast() {
        return broadcast;
    }

    /**
     * The same, where it is the turn of a job that neither waits nor is claimed: what became of that was noted while the
     * broadcast could not be read. It is counted now, if it is there, and it is nobody's turn.
     *
     * @param current the job whose turn the broadcast says it is, whatever has become of it
     */
    BroadcastRules settled(Optional<Job> current) {
        if (broadcast.current().isEmpty()
                || current.filter(BroadcastRules::hasTurn).isPresent()) {
            return this;
        }
        JobState ended =
                current.map(Job::state).filter(state -> broadcast.left() > 0).orElse(JobState.QUEUED);
        BroadcastRow counted = switch (ended) {
            case DONE -> broadcast.counting(1, 0, 0);
            case DEAD -> broadcast.counting(0, 1, 0);
            case CANCELLED -> broadcast.counting(0, 0, 1);
            default -> broadcast;
        };
        return new BroadcastRules(row, counted.at(Optional.empty()), now);
    }

    private static boolean hasTurn(Job job) {
        return job.state() == JobState.WAITING || job.state() == JobState.CLAIMED;
    }

    /**
     * A step of one of its jobs.
     *
     * @param head the first of the queue without that job, where it is wanted
     * @return empty when the job is not to be put back, because the broadcast was cancelled
     */
    Optional<Batch> step(Step step, Supplier<Optional<Job>> head) {
        Job job = step.from();
        from(job.row());
        switch (step.leaving()) {
            case SENT -> leave(step.to(), broadcast.counting(1, 0, 0), job.id(), head);
            case FAILED -> leave(step.to(), broadcast.counting(0, 1, 0), job.id(), head);
            case CANCELLED -> leave(step.to(), broadcast.counting(0, 0, 1), job.id(), head);
            case LATER, BACK -> again(step, head);
            case AFTER_FAILED -> {
                return back(step, broadcast.counting(0, -1, 0));
            }
            case AFTER_CANCELLED -> {
                return back(step, broadcast.counting(0, 0, -1));
            }
            case NOT -> throw new IllegalArgumentException("this step changes nothing for a broadcast");
        }
        return Optional.of(batch());
    }

    /** This row goes, as it was read. */
    private void from(Row row) {
        checks.add(Check.exact(row.key(), row.value()));
        deletes.add(row.key());
    }

    /**
     * One that cannot be sent is dead, and the next one's turn if it was its.
     *
     * @param row in the queue, or where its turn is
     */
    Batch setAside(Row row, Row dead, Supplier<Optional<Job>> head) {
        from(row);
        leave(dead, broadcast.counting(0, 1, 0), row.key().id(), head);
        return batch();
    }

    private void leave(Row ended, BroadcastRow counted, String id, Supplier<Optional<Job>> head) {
        puts.add(ended);
        if (!broadcast.current().equals(Optional.of(id))) {
            put(finishedOr(counted));
            return;
        }
        BroadcastRow free = counted.at(Optional.empty()).notBefore(now + broadcast.pacing());
        Optional<Job> next = free.state() == State.RUNNING ? head.get() : Optional.empty();
        if (next.isPresent()) {
            moveUp(free, next.get(), free.notBefore());
        } else {
            put(finishedOr(free));
        }
    }

    /** It waits again. The row of the broadcast changes in any case: who pauses or cancels it meanwhile is to see that. */
    private void again(Step step, Supplier<Optional<Job>> head) {
        Row row = step.to();
        boolean failed = step.leaving() == Leaving.LATER;
        BroadcastRow later = failed ? broadcast.notBefore(now + broadcast.pacing()) : broadcast;
        switch (broadcast.state()) {
            case CANCELLED ->
                leave(
                        JobRules.cancelled(step.from(), JobRules.CANCELLED, now).to(),
                        broadcast.counting(0, 0, 1),
                        step.from().id(),
                        Optional::empty);
            case PAUSED -> {
                // whose process died is still the first
                long due = failed ? row.order() : broadcast.start();
                puts.add(JobRules.inQueue(Row.of(row.key(), due, row.value()), broadcast));
                put(later.at(Optional.empty()));
            }
            default -> {
                Optional<Job> other = (failed ? head.get() : Optional.<Job>empty())
                        .filter(next -> next.row().order() < row.order());
                if (other.isPresent()) {
                    puts.add(JobRules.inQueue(row, broadcast));
                    moveUp(later, other.get(), later.notBefore());
                } else {
                    long earliest = failed ? later.notBefore() : 0;
                    puts.add(Row.of(row.key(), Math.max(row.order(), earliest), row.value()));
                    put(later.at(broadcast.current()));
                }
            }
        }
    }

    /** One that had ended gets another turn: behind the queue, or as soon as the pace allows when it is nobody's turn. */
    private Optional<Batch> back(Step step, BroadcastRow counted) {
        if (counted.state() == State.CANCELLED || !counted.whole()) {
            return Optional.empty();
        }
        Row row = step.to();
        boolean nobodysTurn =
                counted.state() == State.RUNNING && counted.current().isEmpty();
        if (counted.state() == State.FINISHED || nobodysTurn) {
            puts.add(Row.of(row.key(), Math.max(row.order(), counted.notBefore()), row.value()));
            put(counted.in(State.RUNNING).at(Optional.of(step.from().id())));
        } else {
            puts.add(JobRules.inQueue(row, counted));
            put(counted);
        }
        return Optional.of(batch());
    }

    /** All recipients are stored: begins to send, unless it was paused meanwhile. */
    Batch begin(Supplier<Optional<Job>> head) {
        if (broadcast.state() == State.PAUSED) {
            put(finishedOr(broadcast.stored()));
        } else {
            run(head, broadcast.start());
        }
        return batch();
    }

    /** Goes on, to send or to be stored. */
    Batch resume(Supplier<Optional<Job>> head) {
        if (broadcast.whole()) {
            run(head, Math.max(now, broadcast.notBefore()));
        } else {
            put(broadcast.in(State.FILLING));
        }
        return batch();
    }

    private void run(Supplier<Optional<Job>> head, long from) {
        BroadcastRow running = broadcast.stored().in(State.RUNNING);
        Optional<Job> next = running.current().isEmpty() ? head.get() : Optional.empty();
        if (next.isPresent()) {
            moveUp(running, next.get(), from);
        } else {
            put(finishedOr(running));
        }
    }

    /**
     * Sends nothing more for now.
     *
     * @param current the job whose turn it is
     */
    Batch pause(Optional<Job> current) {
        BroadcastRow paused = broadcast.in(State.PAUSED);
        Optional<Job> waiting = current.filter(job -> job.state() == JobState.WAITING);
        if (waiting.isPresent()) {
            Job job = waiting.get();
            from(job.row());
            // it was the first of the queue, unless it failed and waits for its time
            long due = job.attempts() == 0 ? broadcast.start() : job.row().order();
            puts.add(JobRules.moved(job, paused.queue(), due, now));
            put(paused.at(Optional.empty()));
        } else {
            put(paused);
        }
        return batch();
    }

    /**
     * Sends nothing more for good.
     *
     * @param current the job whose turn it is
     */
    Batch cancel(Optional<Job> current) {
        BroadcastRow cancelled = broadcast.in(State.CANCELLED);
        Optional<Job> turn = current.filter(BroadcastRules::hasTurn);
        if (turn.isPresent()) {
            Job job = turn.get();
            checks.add(Check.exact(job.key(), job.row().value()));
            if (job.state() == JobState.WAITING) {
                deletes.add(job.key());
                puts.add(JobRules.cancelled(job, JobRules.CANCELLED, now).to());
                put(cancelled.counting(0, 0, 1).at(Optional.empty()));
            } else {
                puts.add(JobRules.cancelRequested(job, now).to());
                put(cancelled);
            }
        } else {
            put(cancelled);
        }
        return batch();
    }

    /** Cancels some of the queue of a broadcast that is cancelled. */
    Batch drain(List<Job> queued) {
        for (Job job : queued) {
            from(job.row());
            puts.add(JobRules.cancelled(job, JobRules.CANCELLED, now).to());
        }
        put(broadcast.counting(0, 0, queued.size()));
        return batch();
    }

    /** Cancels the recipients that were never stored, of one that was cancelled while it was. */
    Batch cancelUnstored() {
        put(broadcast.stored().counting(0, 0, broadcast.left()));
        return batch();
    }

    private void moveUp(BroadcastRow running, Job head, long earliest) {
        from(head.row());
        long due = Math.max(head.row().order(), earliest);
        puts.add(JobRules.moved(head, JobState.WAITING.partition(), due, now));
        put(running.at(Optional.of(head.id())));
    }

    private static BroadcastRow finishedOr(BroadcastRow row) {
        boolean over = row.left() == 0 && row.whole() && (row.state() == State.RUNNING || row.state() == State.PAUSED);
        return over ? row.in(State.FINISHED).at(Optional.empty()) : row;
    }

    private void put(BroadcastRow row) {
        puts.add(row.row());
    }

    private Batch batch() {
        deletes.removeIf(key -> puts.stream().anyMatch(row -> row.key().equals(key)));
        return new Batch(checks, puts, deletes);
    }
}
