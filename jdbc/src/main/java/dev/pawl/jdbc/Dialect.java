package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import java.util.Optional;
import java.util.Set;

/** What is different from database to database in reading rows that are otherwise read by the same statements. */
interface Dialect {

    /** The families that can be read. */
    Set<Family> families();

    /** The table of a family, one of these. */
    FamilyTable table(Family family);

    /** Begins a transaction whose reads all see one moment. */
    String beginReading();

    /** A partition or an id as its column holds it, in the same order as the texts themselves. */
    String toColumn(String text);

    /** The partition or id that a column holds. */
    String fromColumn(String column);

    /** Whether there is no index of the order of a family across its partitions, only of that within each. */
    default boolean mergesPartitions(Family family) {
        return false;
    }

    /** Whether the rows of a scan, all of which come at once, could be too much for the memory. */
    boolean boundsPages(int limit);

    /**
     * The statement of a scan that leaves out what no page has room for. Its column {@code found} says how many rows there
     * are up to the limit.
     */
    String bounded(ScanStatement scan);

    /**
     * The statement of such a scan that gives all of its rows, but no value that is more than its share of a page, which
     * takes less than {@link #bounded} where no value is. Empty where it would not be worth it.
     */
    default Optional<String> unlessBig(ScanStatement scan, int limit) {
        return Optional.empty();
    }
}
