package dev.pawl.backend;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What to read in order: a family, one partition of it or all, between two bounds, forwards or backwards, at most so
 * many rows.
 *
 * <pre>{@code
 * Scan newest = Scan.of(Family.MESSAGE).in(jid).descending().limit(100);
 * Page<Row, Position> page = backend.scan(session, newest);
 * Optional<Scan> rest = page.next().map(newest::after);
 * }</pre>
 *
 * @param family the family to read
 * @param partition the one partition to read, or empty for all of them
 * @param lower nothing before this is returned
 * @param upper nothing behind this is returned
 * @param backwards from the upper bound to the lower
 * @param limit the most rows of one page, at least 1
 * @param keysOnly leave the values out: every {@link Row#value} of the page is empty
 */
public record Scan(
        Family family,
        Optional<String> partition,
        Optional<Bound> lower,
        Optional<Bound> upper,
        boolean backwards,
        int limit,
        boolean keysOnly) {

    /** How many rows a page has when nothing else is said. */
    public static final int DEFAULT_LIMIT = 100;

    /**
     * One end of a scan.
     *
     * @param position where the end is; in a scan of one partition only its order and id count
     * @param inclusive whether a row exactly there is part of the scan
     */
    public record Bound(Position position, boolean inclusive) {}

    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException when the limit is below 1
     */
    public Scan {
        if (limit < 1) {
            throw new IllegalArgumentException("a page has at least 1 row, not " + limit);
        }
    }

    /** All rows of a family, from the first on, {@value #DEFAULT_LIMIT} a page. */
    public static Scan of(Family family) {
        return new Scan(family, Optional.empty(), Optional.empty(), Optional.empty(), false, DEFAULT_LIMIT, false);
    }

    /** The same scan of one partition only. */
    public Scan in(String onlyPartition) {
        return new Scan(family, Optional.of(onlyPartition), lower, upper, backwards, limit, keysOnly);
    }

    /** The same scan without what stands before this position. */
    public Scan from(Position first) {
        return new Scan(family, partition, Optional.of(new Bound(first, true)), upper, backwards, limit, keysOnly);
    }

    /** The same scan without what stands at this position or behind it. */
    public Scan before(Position end) {
        return new Scan(family, partition, lower, Optional.of(new Bound(end, false)), backwards, limit, keysOnly);
    }

    /** The same scan, continued behind this position in its own direction: what {@link Page#next} is for. */
    public Scan after(Position cursor) {
        Optional<Bound> bound = Optional.of(new Bound(cursor, false));
        return backwards
                ? new Scan(family, partition, lower, bound, true, limit, keysOnly)
                : new Scan(family, partition, bound, upper, false, limit, keysOnly);
    }

    /** The same scan, last row first. */
    public Scan descending() {
        return new Scan(family, partition, lower, upper, true, limit, keysOnly);
    }

    /** The same scan with pages of at most this many rows. */
    public Scan limit(int rows) {
        return new Scan(family, partition, lower, upper, backwards, rows, keysOnly);
    }

    /** The same scan without the values. */
    public Scan withoutValues() {
        return new Scan(family, partition, lower, upper, backwards, limit, true);
    }

    /**
     * The part of these rows that this scan is about, in its direction: a view, without regard to its limit.
     *
     * @param rows of its family, and of its partition if it has one
     */
    public <V> NavigableMap<Position, V> part(NavigableMap<Position, V> rows) {
        Optional<Bound> from = lower.map(this::within);
        Optional<Bound> to = upper.map(this::within);
        if (from.isPresent() && to.isPresent() && isEmpty(from.get(), to.get())) {
            return Collections.emptyNavigableMap();
        }
        NavigableMap<Position, V> part = rows;
        if (from.isPresent()) {
            part = part.tailMap(from.get().position(), from.get().inclusive());
        }
        if (to.isPresent()) {
            part = part.headMap(to.get().position(), to.get().inclusive());
        }
        return backwards ? part.descendingMap() : part;
    }

    private static boolean isEmpty(Bound from, Bound to) {
        int order = from.position().compareTo(to.position());
        return order > 0 || (order == 0 && !(from.inclusive() && to.inclusive()));
    }

    private Bound within(Bound bound) {
        Position position = bound.position();
        return partition
                .map(only -> new Bound(new Position(position.order(), only, position.id()), bound.inclusive()))
                .orElse(bound);
    }
}
