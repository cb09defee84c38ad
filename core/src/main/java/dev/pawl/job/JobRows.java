package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the jobs of one session from its backend, always afresh: nothing is cached.
 *
 * @param backend where they stand
 * @param session whose they are
 */
record JobRows(Backend backend, SessionName session) {

    private static final int PAGE = 1000;

    /** One job, whatever its state; where an id stands twice, the state that goes furthest back is what counts. */
    Optional<Job> find(String id) {
        List<Key> keys = keys(id);
        Map<Key, Row> found = backend.get(session, keys);
        return keys.stream()
                .flatMap(key -> Optional.ofNullable(found.get(key)).stream())
                .findFirst()
                .map(this::job);
    }

    /** Every key that a job of this id can have. */
    static List<Key> keys(String id) {
        List<Key> keys = new ArrayList<>();
        Arrays.stream(JobState.values())
                .filter(state -> state != JobState.QUEUED)
                .forEach(state -> keys.add(new Key(Family.JOB, state.partition(), id)));
        BroadcastRow.of(id).ifPresent(of -> keys.add(new Key(Family.JOB, BroadcastRow.queue(of), id)));
        return keys;
    }

    /** One row. */
    Optional<Row> get(Key key) {
        return backend.get(session, key);
    }

    /** One page of rows in their order. */
    Page<Row, Position> scan(Scan scan) {
        return backend.scan(session, scan);
    }

    /**
     * When the first job that waits is due, ms. One look at the index.
     *
     * @param from not those before this
     */
    Optional<Long> firstDue(Optional<Position> from) {
        Scan all = Scan.of(Family.JOB).in(JobState.WAITING.partition()).limit(1).withoutValues();
        Scan first = from.map(all::from).orElse(all);
        Optional<Scan> next = Optional.of(first);
        while (next.isPresent()) {
            Page<Row, Position> page = scan(next.get());
            if (!page.items().isEmpty()) {
                return Optional.of(page.items().get(0).order());
            }
            next = page.next().map(first::after);
        }
        return Optional.empty();
    }

    /** The partitions of jobs, with how many rows they hold. */
    JobCounts counts() {
        long[] counts = new long[JobState.values().length + 1];
        Optional<String> after = Optional.empty();
        do {
            Page<Partition, String> page = backend.partitions(session, Family.JOB, after, PAGE);
            for (Partition partition : page.items()) {
                int place = partition.name().equals(BroadcastRow.PARTITION)
                        ? counts.length - 1
                        : JobState.of(partition.name()).map(Enum::ordinal).orElse(-1);
                if (place >= 0) {
                    counts[place] += partition.rows().orElseGet(() -> count(partition.name()));
                }
            }
            after = page.next();
        } while (after.isPresent());
        return new JobCounts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]);
    }

    private long count(String partition) {
        long count = 0;
        Scan scan = Scan.of(Family.JOB).in(partition).limit(PAGE).withoutValues();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = scan(next.get());
            count += page.items().size();
            next = page.next().map(scan::after);
        }
        return count;
    }

    /**
     * The job of a row.
     *
     * @throws CorruptDataException when it is none
     */
    Job job(Row row) {
        try {
            return Job.of(row);
        } catch (IllegalArgumentException e) {
            throw damaged(row.key(), "not a job: " + e.getMessage());
        }
    }

    /**
     * The broadcast of a row.
     *
     * @throws CorruptDataException when it is none
     */
    BroadcastRow broadcast(Row row) {
        try {
            return BroadcastRow.of(row);
        } catch (IllegalArgumentException e) {
            throw damaged(row.key(), "not a broadcast: " + e.getMessage());
        }
    }

    /** Says what is wrong with a row, without any of its content. */
    CorruptDataException damaged(Key key, String problem) {
        return new CorruptDataException(key, backend.locate(session, key), problem);
    }
}
