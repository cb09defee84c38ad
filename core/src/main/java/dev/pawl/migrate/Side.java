package dev.pawl.migrate;

import dev.pawl.backend.Row;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Walks through two listings in the same order, position by position.
 *
 * @param source the row of the source at this position, if it has one
 * @param target the row of the target at this position, if it has one
 */
record Side(Optional<Row> source, Optional<Row> target) {

    /** Whether this holds at every position. Reads as far as the first at which it does not. */
    static boolean all(Rows source, Rows target, Predicate<Side> test) {
        Optional<Row> left = source.poll();
        Optional<Row> right = target.poll();
        while (left.isPresent() || right.isPresent()) {
            int order = compare(left, right);
            Side side = new Side(order <= 0 ? left : Optional.empty(), order >= 0 ? right : Optional.empty());
            if (!test.test(side)) {
                return false;
            }
            if (order <= 0) {
                left = source.poll();
            }
            if (order >= 0) {
                right = target.poll();
            }
        }
        return true;
    }

    /** Whether both ends have the same row here. */
    boolean same(boolean verbatim) {
        if (source.isEmpty() || target.isEmpty()) {
            return false;
        }
        Row left = source.get();
        Row right = target.get();
        return verbatim ? left.value().equals(right.value()) : JsonEquality.same(left.value(), right.value());
    }

    /** The end of a listing stands behind every row. */
    private static int compare(Optional<Row> left, Optional<Row> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() ? 1 : -1;
        }
        return left.get().position().compareTo(right.get().position());
    }
}
