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
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
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
        long start = options.start().map(JobStore::millis).orElseGet(writer::now);
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
                1);
        writer.commit(new Batch(List.of(Check.absent(BroadcastRow.key(id))), List.of(wanted.row()), List.of()));
        BroadcastRow stored = standing(id);
        if (stored.state() != State.FILLING || stored.recipients() != each.size()) {
            throw exists(id);
        }
        recipients(stored, each, payload);
        begin(id);
        return id;
    }

    private static List<String> distinct(List<String> recipients) {
        Map<String, String> each = new LinkedHashMap<>();
        for (String recipient : recipients) {
            JobStore.requireRecipient(recipient);
            each.putIfAbsent(Jid.normalised(recipient), recipient);
        }
        if (each.size() > BroadcastRow.MOST_RECIPIENTS) {
            throw new IllegalArgumentException(
                    "a broadcast has at most " + BroadcastRow.MOST_RECIPIENTS + " recipients: make several");
        }
        return List.copyOf(each.values());
    }

    private void recipients(
            BroadcastRow broadcast, List<String> each, Function<? super String, ? extends JsonValue> payload) {
        Traits.Limits limits = writer.rows().backend().traits().limits();
        int most = Math.max(1, Math.min(Math.min(CHUNK, limits.reads()), limits.rows() - 3));
        long room = Math.min(BYTES, limits.bytes() / 2);
        List<Row> chunk = new ArrayList<>();
        long bytes = 0;
        for (int from = 0; from < each.size(); from += most) {
            Map<Key, Row> there = stored(broadcast, from, Math.min(each.size(), from + most));
            for (int i = from; i < Math.min(each.size(), from + most); i++) {
                String id = broadcast.job(i + 1);
                Optional<Row> before = Optional.ofNullable(there.get(new Key(Family.JOB, broadcast.queue(), id)));
                if (before.isPresent()) {
                    requireSame(broadcast, before.get(), each.get(i));
                    continue;
                }
                Row row = JobRules.queued(
                        broadcast,
                        id,
                        Math.min(Row.MAX_ORDER, broadcast.start() + i * broadcast.pacing()),
                        each.get(i),
                        payload.apply(each.get(i)),
                        MessageIds.next(),
                        writer.now());
                if (!chunk.isEmpty()
                        && (chunk.size() == most || bytes + row.value().size() > room)) {
                    put(broadcast, chunk);
                    chunk.clear();
                    bytes = 0;
                }
                chunk.add(row);
                bytes += row.value().size();
            }
        }
        put(broadcast, chunk);
    }

    private Map<Key, Row> stored(BroadcastRow broadcast, int from, int to) {
        List<Key> keys = new ArrayList<>();
        for (int i = from; i < to; i++) {
            keys.add(new Key(Family.JOB, broadcast.queue(), broadcast.job(i + 1)));
        }
        return writer.rows().backend().get(writer.rows().session(), keys);
    }

    private void requireSame(BroadcastRow broadcast, Row row, String recipient) {
        if (!writer.rows().job(row).recipient().equals(recipient)) {
            throw exists(broadcast.id());
        }
    }

    /** Puts recipients as long as the broadcast is being filled. */
    private void put(BroadcastRow broadcast, List<Row> chunk) {
        Row row = broadcast.row();
        JobWriter.Outcome outcome =
                writer.commit(new Batch(List.of(Check.exact(row.key(), row.value())), List.copyOf(chunk), List.of()));
        if (outcome != JobWriter.Outcome.APPLIED) {
            throw exists(broadcast.id());
        }
    }

    private void begin(String id) {
        Optional<Row> row = writer.rows().get(BroadcastRow.key(id));
        BroadcastRules rules = new BroadcastRules(row.orElseThrow(() -> exists(id)), writer.now());
        if (rules.broadcast().state() != State.FILLING) {
            throw exists(id);
        }
        JobWriter.Outcome outcome = writer.commit(rules.begin(writer.rows().head(id)));
        if (outcome == JobWriter.Outcome.REFUSED) {
            throw exists(id);
        }
    }

    private BroadcastRow standing(String id) {
        return writer.rows()
                .get(BroadcastRow.key(id))
                .map(BroadcastRow::of)
                .orElseThrow(() -> new ConflictException("broadcast " + id + " was removed while it was stored"));
    }

    private static ConflictException exists(String id) {
        return new ConflictException(
                BroadcastRow.key(id), "there is another broadcast " + id + " already, or somebody cancelled this one");
    }
}
