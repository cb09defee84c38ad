package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes jobs that have ended.
 *
 * @param writer of the session
 */
record JobPruning(JobWriter writer) {

    private static final int AT_ONCE = 200;

    /**
     * Removes those that were due before a moment.
     *
     * @param states ones that have ended
     * @return how many went
     */
    int prune(long dueBefore, Set<JobState> states) {
        int limit = Math.min(
                AT_ONCE, Math.min(writer.limits().rows() - 1, writer.limits().reads()));
        int pruned = 0;
        for (JobState state : states) {
            Scan old = Scan.of(Family.JOB)
                    .in(state.partition())
                    .before(Position.of(dueBefore))
                    .limit(limit)
                    .withoutValues();
            Optional<Scan> next = Optional.of(old);
            while (next.isPresent()) {
                Page<Row, Position> page = writer.rows().scan(next.get());
                List<Key> keys = removable(page.items().stream().map(Row::key).toList());
                writer.commit(new Batch(List.of(), List.of(), keys));
                pruned += keys.size();
                next = page.next().map(old::after);
            }
        }
        return pruned;
    }

    /** Without the recipients of broadcasts that are being stored: they would be stored again. */
    private List<Key> removable(List<Key> keys) {
        List<Key> broadcasts = keys.stream()
                .flatMap(key -> BroadcastRow.of(key.id()).stream())
                .distinct()
                .map(BroadcastRow::key)
                .toList();
        if (broadcasts.isEmpty()) {
            return keys;
        }
        JobRows rows = writer.rows();
        Map<Key, Row> stored = rows.backend().get(rows.session(), broadcasts);
        return keys.stream()
                .filter(key -> BroadcastRow.of(key.id())
                        .flatMap(id -> Optional.ofNullable(stored.get(BroadcastRow.key(id))))
                        .filter(JobPruning::isFilling)
                        .isEmpty())
                .toList();
    }

    private static boolean isFilling(Row row) {
        try {
            return BroadcastRow.of(row).isFilling();
        } catch (IllegalArgumentException damaged) {
            // nobody stores it again
            return false;
        }
    }
}
