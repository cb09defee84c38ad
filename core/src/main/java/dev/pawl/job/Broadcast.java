package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
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
        return BroadcastRow.of(row(store.reading())).progress();
    }

    /** Sends nothing more until it is resumed. What is being sent right now is. */
    public BroadcastProgress pause() {
        return change(rules -> rules.broadcast().state() == State.RUNNING
                ? Optional.of(rules.pause(current(rules.broadcast())))
                : Optional.empty());
    }

    /** Goes on where it was paused. */
    public BroadcastProgress resume() {
        BroadcastProgress progress = change(rules -> rules.broadcast().state() == State.PAUSED
                ? Optional.of(rules.resume(store.writing().rows().head(id)))
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
            default -> Optional.of(rules.cancel(current(rules.broadcast())));
        });
        while (true) {
            JobRows rows = store.writing().rows();
            int chunk = Math.max(
                    1, Math.min(CHUNK, (rows.backend().traits().limits().rows() - 4) / 3));
            Scan queued = Scan.of(Family.JOB).in(BroadcastRow.queue(id)).limit(chunk);
            Page<Row, Position> page = rows.scan(queued);
            BroadcastProgress progress = progress();
            if ((page.items().isEmpty() && page.next().isEmpty()) || progress.state() != State.CANCELLED) {
                return progress;
            }
            List<Job> jobs = page.items().stream().map(rows::job).toList();
            if (progress.left() < jobs.size()) {
                throw rows.damaged(BroadcastRow.key(id), "its numbers do not add up to its jobs");
            }
            change(
                    rules -> rules.broadcast().state() == State.CANCELLED
                                    && rules.broadcast().left() >= jobs.size()
                            ? Optional.of(rules.drain(jobs))
                            : Optional.empty(),
                    1);
        }
    }

    private Optional<Job> current(BroadcastRow broadcast) {
        return broadcast
                .current()
                .flatMap(store.writing().rows()::find)
                .filter(job -> job.state() == JobState.WAITING || job.state() == JobState.CLAIMED);
    }

    private BroadcastProgress change(Function<BroadcastRules, Optional<Batch>> how) {
        return change(how, Integer.MAX_VALUE);
    }

    /** Makes a change, and makes it anew when something was faster, as often as this. */
    private BroadcastProgress change(Function<BroadcastRules, Optional<Batch>> how, int races) {
        JobWriter writer = store.writing();
        for (int race = 0; race < races; race++) {
            BroadcastRules rules = new BroadcastRules(row(writer.rows()), writer.now());
            Optional<Batch> batch = how.apply(rules);
            if (batch.isEmpty() || writer.commit(batch.get()) == JobWriter.Outcome.APPLIED) {
                break;
            }
        }
        return progress();
    }

    private Row row(JobRows rows) {
        return rows.get(BroadcastRow.key(id))
                .orElseThrow(() -> new ConflictException(BroadcastRow.key(id), "broadcast " + id + " was removed"));
    }

    /** Names the broadcast. */
    @Override
    public String toString() {
        return "Broadcast[" + id + "]";
    }
}
