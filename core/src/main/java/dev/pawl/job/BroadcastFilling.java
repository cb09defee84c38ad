package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Traits;
import dev.pawl.event.Jid;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.JobWriter.Outcome;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Stores a broadcast: first its own row, which says that it is being filled, then its recipients, in commits as big as
 * the backend takes them, and with the last word it begins. What was interrupted is filled up by the same call.
 */
final class BroadcastFilling {

    private static final int CHUNK = 400;

    /** As many rows can one job be. */
    private static final int STATES = JobState.values().length;

    /** Leaves room for the checks, and keeps what is in memory small. */
    private static final long BYTES = 2 << 20;

    private final JobWriter writer;

    BroadcastFilling(JobWriter writer) {
        this.writer = writer;
    }

    /** As {@link JobStore#broadcast(List, Function, BroadcastOptions)}; returns its id. */
    String fill(
            List<String> recipients, Function<? super String, ? extends JsonValue> payload, BroadcastOptions options) {
        List<String> each = distinct(recipients);
        String id = options.id().orElseGet(() -> UUID.randomUUID().toString());
        long start = options.start().map(JobOptions::millis).orElseGet(writer::now);
        BroadcastRow wanted = new BroadcastRow(
                id,
                State.FILLING,
                start,
                options.pacing().toMillis(),
                options.maxAttempts(),
                each.size(),
                0,
                0,
                0,
                Optional.empty(),
                0,
                false,
                1);
        writer.commit(new Batch(List.of(Check.absent(BroadcastRow.key(id))), List.of(wanted.row()), List.of()));
        recipients(id, each, payload);
        begin(id, each.size());
        return id;
    }

    /** The broadcast as it stands, if it is this one and still to be filled. */
    private static BroadcastRow filling(BroadcastRow standing, int recipients) {
        if (!standing.isFilling() || standing.recipients() != recipients) {
            throw exists(standing.id());
        }
        return standing;
    }

    private static List<String> distinct(List<String> recipients) {
        Map<String, String> each = new LinkedHashMap<>();
        for (String recipient : recipients) {
            JobOptions.requireRecipient(recipient);
            each.putIfAbsent(Jid.normalised(recipient), recipient);
        }
        if (each.size() > BroadcastRow.MOST_RECIPIENTS) {
            throw new IllegalArgumentException(
                    "a broadcast has at most " + BroadcastRow.MOST_RECIPIENTS + " recipients: make several");
        }
        return List.copyOf(each.values());
    }

    /**
     * Puts recipients, as many at a time as the backend takes, and only as long as the broadcast is as it was read: somebody
     * may cancel it, or one of them, or pause it.
     */
    private void recipients(String id, List<String> each, Function<? super String, ? extends JsonValue> payload) {
        // each is asked for once
        Map<Integer, Row> made = new HashMap<>();
        for (int from = 0; from < each.size(); ) {
            BroadcastRow broadcast = filling(standing(id), each.size());
            int to = Math.min(each.size(), from + most(broadcast));
            Map<String, Row> there = stored(broadcast, from, to);
            List<Row> chunk = new ArrayList<>();
            long bytes = 0;
            int next = from;
            while (next < to) {
                int index = next;
                Optional<Row> before = Optional.ofNullable(there.get(broadcast.job(index + 1)));
                if (before.isPresent()) {
                    requireSame(broadcast, before.get(), each.get(index));
                } else {
                    Row row = made.computeIfAbsent(index, any -> row(broadcast, index, each.get(index), payload));
                    bytes += row.value().size();
                    if (!chunk.isEmpty()
                            && bytes > Math.min(BYTES, writer.limits().bytes() / 2)) {
                        break;
                    }
                    chunk.add(row);
                }
                next++;
            }
            Row row = broadcast.row();
            Batch batch = new Batch(List.of(Check.exact(row.key(), row.value())), chunk, List.of());
            if (chunk.isEmpty() || writer.commit(batch) == Outcome.APPLIED) {
                from = next;
                int done = next;
                made.keySet().removeIf(index -> index < done);
            }
        }
    }

    private Row row(
            BroadcastRow broadcast,
            int index,
            String recipient,
            Function<? super String, ? extends JsonValue> payload) {
        Row row = JobRules.queued(
                broadcast,
                broadcast.job(index + 1),
                Math.min(Row.MAX_ORDER, broadcast.start() + index * broadcast.pacing()),
                recipient,
                payload.apply(recipient),
                MessageIds.next(),
                writer.now());
        JobSize.require(row, writer.limits());
        return row;
    }

    /** Whether one of those that were stored has been cancelled meanwhile, so that it stands elsewhere. */
    private static boolean someEnded(BroadcastRow broadcast) {
        return broadcast.cancelled() + broadcast.failed() > 0;
    }

    private int most(BroadcastRow broadcast) {
        Traits.Limits limits = writer.limits();
        int reads = someEnded(broadcast) ? limits.reads() / STATES : limits.reads();
        return Math.max(1, Math.min(CHUNK, Math.min(reads, limits.rows() - 3)));
    }

    /** The recipients from here to there who are stored, by their jobs. */
    private Map<String, Row> stored(BroadcastRow broadcast, int from, int to) {
        boolean someEnded = someEnded(broadcast);
        List<Key> keys = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String job = broadcast.job(i + 1);
            keys.addAll(someEnded ? JobRows.keys(job) : List.of(new Key(Family.JOB, broadcast.queue(), job)));
        }
        Map<String, Row> stored = new HashMap<>();
        JobRows rows = writer.rows();
        rows.backend().get(rows.session(), keys).forEach((key, row) -> stored.put(key.id(), row));
        return stored;
    }

    private void requireSame(BroadcastRow broadcast, Row row, String recipient) {
        Job job = writer.rows().job(row);
        if (!job.isDamaged() && !job.recipient().equals(recipient)) {
            throw exists(broadcast.id());
        }
    }

    private void begin(String id, int recipients) {
        BroadcastQueue queue = new BroadcastQueue(writer, id, JobWriter.WARNING);
        Outcome outcome = Outcome.REFUSED;
        while (outcome != Outcome.APPLIED) {
            BroadcastRules rules = writer.rules(id).orElseThrow(() -> removed(id));
            if (outcome == Outcome.REFUSED_AFTER_DOUBT && rules.broadcast().whole()) {
                return;
            }
            filling(rules.broadcast(), recipients);
            outcome = writer.commit(rules.begin(() -> queue.head(Optional.empty())));
        }
    }

    private BroadcastRow standing(String id) {
        JobRows rows = writer.rows();
        return rows.broadcast(rows.get(BroadcastRow.key(id)).orElseThrow(() -> removed(id)));
    }

    private static ConflictException removed(String id) {
        return new ConflictException("broadcast " + id + " was removed while it was stored");
    }

    private static ConflictException exists(String id) {
        return new ConflictException(
                BroadcastRow.key(id), "there is another broadcast " + id + " already, or somebody cancelled this one");
    }
}
