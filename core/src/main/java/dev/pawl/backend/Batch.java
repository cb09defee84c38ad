package dev.pawl.backend;

import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes to one session that are applied all together or not at all, if every check holds.
 *
 * @param checks what must be true, looked at together with the change
 * @param puts rows to insert or to replace whole
 * @param deletes rows to remove; one that is not there is no error
 */
public record Batch(List<Check> checks, List<Row> puts, List<Key> deletes) {

    /** A batch that changes nothing. */
    public static final Batch EMPTY = new Batch(List.of(), List.of(), List.of());

    /**
     * Copies the lists and checks that every row is written at most once.
     *
     * @throws IllegalArgumentException when a key is put twice, or put and deleted
     */
    public Batch {
        checks = List.copyOf(checks);
        puts = List.copyOf(puts);
        deletes = List.copyOf(deletes);
        Set<Key> written = new HashSet<>();
        for (Row row : puts) {
            if (!written.add(row.key())) {
                throw new IllegalArgumentException("one batch puts " + row.key() + " twice");
            }
        }
        for (Key key : new HashSet<>(deletes)) {
            if (!written.add(key)) {
                throw new IllegalArgumentException("one batch puts and deletes " + key);
            }
        }
    }

    /** A batch that puts these rows. */
    public static Batch of(Row... puts) {
        return new Batch(List.of(), List.of(puts), List.of());
    }

    /** The same batch with one more check. */
    public Batch with(Check check) {
        List<Check> more = new ArrayList<>(checks);
        more.add(check);
        return new Batch(more, puts, deletes);
    }

    /** Whether applying it would change nothing. Its checks may still fail. */
    public boolean isEmpty() {
        return puts.isEmpty() && deletes.isEmpty();
    }

    /** How many rows it writes or checks. */
    public int rows() {
        return puts.size() + deletes.size() + checks.size();
    }

    /** How many bytes of values it puts or checks. */
    public long bytes() {
        long put = puts.stream().mapToLong(row -> row.value().size()).sum();
        return put
                + checks.stream()
                        .flatMap(check -> check.expected().stream())
                        .mapToLong(Bytes::size)
                        .sum();
    }

    /** Counts, never contents. */
    @Override
    public String toString() {
        return "Batch[" + checks.size() + " checks, " + puts.size() + " puts, " + deletes.size() + " deletes]";
    }
}
