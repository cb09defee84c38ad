package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be read of the table, through the functions that a deployment has. Every method throws {@link CallFailure}. */
interface Table {

    /**
     * Rows in order.
     *
     * @param rows with their places
     * @param more whether there are more of them
     * @param disordered those among them whose order is none, so that the index has them elsewhere than in their places
     */
    record Rows(List<Row> rows, boolean more, List<Stored> disordered) {

        /** There are none. */
        static final Rows NONE = new Rows(List.of(), false, List.of());
    }

    /**
     * Names in order.
     *
     * @param names as many as there are, up to a limit
     * @param more whether there are more of them
     */
    record Partitions(List<String> names, boolean more) {}

    /**
     * Sessions, by name.
     *
     * @param own whether the namespace itself holds rows
     * @param names of sessions below it that do
     * @param next the name up to which was looked, when that is not all
     */
    record Sessions(boolean own, List<String> names, Optional<String> next) {}

    /** What exists of these names. */
    Map<String, Stored> get(String namespace, List<String> names);

    /** The same, of which only names and values are wanted. */
    default Map<String, Stored> values(String namespace, List<String> names) {
        return get(namespace, names);
    }

    /**
     * A page of rows that have a place.
     *
     * @param settled whether the caller knows the others
     * @return empty when it does not, and there are rows that zaileys wrote and nobody adopted
     */
    Optional<Rows> scan(String namespace, Scan scan, boolean settled);

    /** Partitions, likewise. */
    Optional<Partitions> partitions(
            String namespace, Family family, Optional<String> after, int limit, boolean settled);

    /** The rows of a family that zaileys wrote and nobody adopted, values only of chats. */
    List<Stored> foreign(String namespace, Family family);

    /** All rows of a family, likewise: for listings that no index has in order. */
    List<Stored> all(String namespace, Family family);

    /** Sessions that hold rows of these families. */
    Sessions sessions(String namespace, Set<Family> families, Optional<String> after, int limit);

    /** What a listing of a namespace may leave out, where it may. */
    default Optional<String> omission(String namespace) {
        return Optional.empty();
    }
}
