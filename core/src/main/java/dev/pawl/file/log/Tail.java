package dev.pawl.file.log;

import dev.pawl.backend.Family;
import java.util.Map;

/**
 * What stands at the end of a log.
 *
 * @param end how far the log is good
 * @param tornEnd behind the last byte that is not zero, when a torn tail stands behind the end; else the offset of
 *     the end
 * @param rows how many rows of each family the end mark says there are; empty when the log is not closed
 */
record Tail(LogEnd end, long tornEnd, Map<Family, Integer> rows) {

    /** Copies the map. */
    Tail {
        rows = Map.copyOf(rows);
    }

    /** Whether something that is not zeros stands behind the end: a write that never finished. */
    boolean torn() {
        return tornEnd > end.offset();
    }
}
