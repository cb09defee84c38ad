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

/**
 * How the jobs of a broadcast follow each other: one waits or is claimed, the others are queued. Rows in, rows out.
 *
 * <p>Every step that ends the turn of the one moves the next up in the same commit, and checks the row of the
 * broadcast, so that a pause or an end in between is seen.
 */
final class BroadcastRules {

    private final Row before;
    private final BroadcastRow broadcast;
    private final long now;
    private final List<Check> checks = new ArrayList<>();
    private final List<Row> puts = new ArrayList<>();
    private final List<Key> deletes = new ArrayList<>();

    /**
     * For one change.
     *
     * @param row of the broadcast, as it was read
     * @param now the time, ms
     */
    BroadcastRules(Row row, long now) {
        this.before = row;
        this.broadcast = BroadcastRow.of(row);
        this.now = now;
        checks.add(Check.exact(row.key(), row.value()));
    }

    BroadcastRow broadcast() {
        return broadcast;
    }

    /**
     * A step of one of its jobs.
     *
     * @param head the first of the queue without that job
     * @return empty when the job is not to be put back, because the broadcast was cancelled
     */
    Optional<Batch> step(Step step, Optional<Job> head) {
        Job job = step.from();
        checks.add(Check.exact(job.key(), job.row().value()));
        deletes.add(job.key());
        switch (step.leaving()) {
            case SENT -> leave(step.to(), broadcast.counting(1, 0, 0), job, head);
            case FAILED -> leave(step.to(), broadcast.counting(0, 1, 0), job, head);
            case CANCELLED -> leave(step.to(), broadcast.counting(0, 0, 1), job, head);
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

    private void leave(Row ended, BroadcastRow counted, Job job, Optional<Job> head) {
        puts.add(ended);
        boolean current = broadcast.current().filter(job.id()::equals).isPresent();
        if (!current) {
            put(finishedOr(counted));
            return;
        }
        BroadcastRow free = counted.at(Optional.empty());
        if (free.state() == State.RUNNING && head.isPresent()) {
            moveUp(free, head.get(), now + free.pacing());
        } else {
            put(finishedOr(free));
        }
    }

    private void again(Step step, Optional<Job> head) {
        Row row = step.to();
        switch (broadcast.state()) {
            case CANCELLED ->
                leave(
                        JobRules.cancelled(step.from(), JobRules.CANCELLED, now).to(),
                        broadcast.counting(0, 0, 1),
                        step.from(),
                        Optional.empty());
            case PAUSED -> {
                // whose process died is still the first
                long due = step.leaving() == Leaving.BACK ? broadcast.start() : row.order();
                puts.add(JobRules.inQueue(Row.of(row.key(), due, row.value()), broadcast));
                put(broadcast.at(Optional.empty()));
            }
            default -> {
                boolean othersFirst = step.leaving() == Leaving.LATER
                        && head.filter(other -> other.row().order() < row.order())
                                .isPresent();
                if (othersFirst) {
                    puts.add(JobRules.inQueue(row, broadcast));
                    moveUp(broadcast, head.orElseThrow(), now + broadcast.pacing());
                } else {
                    long earliest = step.leaving() == Leaving.LATER ? now + broadcast.pacing() : 0;
                    puts.add(Row.of(row.key(), Math.max(row.order(), earliest), row.value()));
                }
            }
        }
    }

    /** One that had ended gets another turn: behind the queue, or now when there is none. */
    private Optional<Batch> back(Step step, BroadcastRow counted) {
        if (counted.state() == State.CANCELLED || counted.state() == State.FILLING) {
            return Optional.empty();
        }
        if (counted.state() == State.FINISHED) {
            puts.add(step.to());
            put(counted.in(State.RUNNING).at(Optional.of(step.from().id())));
        } else {
            puts.add(JobRules.inQueue(step.to(), counted));
            put(counted);
        }
        return Optional.of(batch());
    }

    /** Begins to send: all recipients are stored. */
    Batch begin(Optional<Job> head) {
        run(head, broadcast.start());
        return batch();
    }

    /** Goes on to send. */
    Batch resume(Optional<Job> head) {
        run(head, now);
        return batch();
    }

    private void run(Optional<Job> head, long from) {
        BroadcastRow running = broadcast.in(State.RUNNING);
        if (running.current().isEmpty() && head.isPresent()) {
            moveUp(running, head.get(), from);
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
            checks.add(Check.exact(job.key(), job.row().value()));
            deletes.add(job.key());
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
        if (current.isPresent()) {
            Job job = current.get();
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
            checks.add(Check.exact(job.key(), job.row().value()));
            deletes.add(job.key());
            puts.add(JobRules.cancelled(job, JobRules.CANCELLED, now).to());
        }
        put(broadcast.counting(0, 0, queued.size()));
        return batch();
    }

    private void moveUp(BroadcastRow running, Job head, long earliest) {
        checks.add(Check.exact(head.key(), head.row().value()));
        deletes.add(head.key());
        long due = Math.max(head.row().order(), earliest);
        puts.add(JobRules.moved(head, JobState.WAITING.partition(), due, now));
        put(running.at(Optional.of(head.id())));
    }

    private static BroadcastRow finishedOr(BroadcastRow row) {
        boolean over = row.left() == 0 && (row.state() == State.RUNNING || row.state() == State.PAUSED);
        return over ? row.in(State.FINISHED).at(Optional.empty()) : row;
    }

    private void put(BroadcastRow row) {
        puts.add(row.row());
    }

    private Batch batch() {
        deletes.removeIf(key -> puts.stream().anyMatch(row -> row.key().equals(key)));
        return new Batch(checks, puts, deletes);
    }

    /** The row it was made for. */
    Row before() {
        return before;
    }
}
