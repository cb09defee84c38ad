package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Row;
import dev.pawl.backend.Traits.Limits;
import dev.pawl.job.BroadcastProgress.State;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One message to many, one after another: a handle to what is stored, that any process can get again by its id from
 * {@link JobStore#broadcast(String)}.
 *
 * <p>Its recipients are jobs of their own, with ids {@code <broadcast>.000001} and so on. One of them waits or is being
 * sent; the others are queued behind it, so that however many there are, polls see one. A recipient who fails goes
 * behind the others for as long as the back-off lasts. After an outage it goes on at its pace, not in a burst.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads and processes. Every method throws {@link
 * ConflictException} when the broadcast was removed.
 */
public final class Broadcast {

    private static final int CHUNK = 200;

    /** Keeps small what a step of cancelling has in memory and commits, whatever the backend would take. */
    private static final long BYTES = 2 << 20;

    private final JobStore store;
    private final String id;

    Broadcast(JobStore store, String id) {
        this.store = store;
        this.id = id;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** How far it has come. */
    public BroadcastProgress progress() {
        JobRows rows = store.reading();
        return rows.broadcast(standing(rows)).progress();
    }

    /**
     * Sends nothing more until it is resumed. What is being sent right now is. One that is still being stored goes on to be
     * stored, and does not begin to send.
     */
    public BroadcastProgress pause() {
        return change(rules -> switch (rules.broadcast().state()) {
            case RUNNING, FILLING -> {
                Optional<Job> current = current(rules.broadcast());
                yield Optional.of(rules.settled(current).pause(current));
            }
            default -> Optional.empty();
        });
    }

    /** Goes on where it was paused, at its pace. */
    public BroadcastProgress resume() {
        BroadcastProgress progress = change(rules -> rules.broadcast().state() == State.PAUSED
                ? Optional.of(settled(rules).resume(() -> queue(store.writing()).head(Optional.empty())))
                : Optional.empty());
        store.wake();
        return progress;
    }

    /**
     * Sends nothing more, for good. When it returns all that was left is cancelled but for what is being sent right
     * now; after a crash in between nothing more is sent either, and the same call finishes it.
     */
    public BroadcastProgress cancel() {
        change(rules -> switch (rules.broadcast().state()) {
            case CANCELLED, FINISHED -> Optional.empty();
            default -> {
                Optional<Job> current = current(rules.broadcast());
                yield Optional.of(rules.settled(current).cancel(current));
            }
        });
        while (true) {
            JobWriter writer = store.writing();
            Limits limits = writer.limits();
            int most = Math.max(1, Math.min(CHUNK, (limits.rows() - 4) / 3));
            Row before = standing(writer.rows());
            List<Job> jobs = queue(writer).front(most, Math.min(limits.bytes(), BYTES) - JobSize.GROWTH);
            Row after = standing(writer.rows());
            BroadcastProgress progress = writer.rows().broadcast(after).progress();
            if (progress.state() != State.CANCELLED) {
                return progress;
            }
            if (jobs.isEmpty()) {
                return change(
                        rules -> rules.broadcast().whole() ? Optional.empty() : Optional.of(rules.cancelUnstored()));
            }
            if (!after.equals(before)) {
                // somebody else is at it: what was read is of no moment
                continue;
            }
            if (progress.left() < jobs.size()) {
                throw writer.rows().damaged(BroadcastRow.key(id), "its numbers do not add up to its jobs");
            }
            change(
                    rules -> rules.broadcast().state() == State.CANCELLED
                                    && rules.broadcast().left() >= jobs.size()
                            ? Optional.of(rules.drain(jobs))
                            : Optional.empty(),
                    1);
        }
    }

    private BroadcastQueue queue(JobWriter writer) {
        return new BroadcastQueue(writer, id, JobWriter.WARNING);
    }

    /** The job whose turn the broadcast says it is, whatever has become of it. */
    private Optional<Job> current(BroadcastRow broadcast) {
        return broadcast.current().flatMap(store.writing().rows()::find);
    }

    /** One that is to go on: if the job whose turn it is cannot be read, who runs it sets that aside. */
    private BroadcastRules settled(BroadcastRules rules) {
        try {
            return rules.settled(current(rules.broadcast()));
        } catch (CorruptDataException e) {
            return rules;
        }
    }

    private BroadcastProgress change(Function<BroadcastRules, Optional<Batch>> how) {
        return change(how, Integer.MAX_VALUE);
    }

    /** Makes a change, and makes it anew when something was faster, as often as this. */
    private BroadcastProgress change(Function<BroadcastRules, Optional<Batch>> how, int races) {
        JobWriter writer = store.writing();
        for (int race = 0; race < races; race++) {
            Optional<Batch> batch = how.apply(writer.rules(id).orElseThrow(this::removed));
            if (batch.isEmpty() || writer.commit(batch.get()) == JobWriter.Outcome.APPLIED) {
                break;
            }
        }
        return progress();
    }

    private Row standing(JobRows rows) {
        return rows.get(BroadcastRow.key(id)).orElseThrow(this::removed);
    }

    private ConflictException removed() {
        return new ConflictException(BroadcastRow.key(id), "broadcast " + id + " was removed");
    }

    /** Names the broadcast. */
    @Override
    public String toString() {
        return "Broadcast[" + id + "]";
    }
}
