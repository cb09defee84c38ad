package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Position;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The rows of a family that no index has in their places, as they stood when a listing began.
 *
 * @param names what the rows at these places are called
 * @param whole whether these are all rows of the family
 */
record Listing(NavigableMap<Position, String> names, boolean whole) {

    /**
     * The rows of this family among these.
     *
     * @param up whether an order between two is the one above
     */
    static Listing of(Family family, List<Stored> rows, boolean up, boolean whole) {
        NavigableMap<Position, String> names = new TreeMap<>();
        for (Stored row : rows) {
            Names.parse(row.key())
                    .filter(key -> key.family() == family)
                    .ifPresent(key -> names.put(position(key, row, up), row.key()));
        }
        return new Listing(names, whole);
    }

    private static Position position(Key key, Stored row, boolean up) {
        return new Position(Names.order(key, row, up), key.partition(), key.id());
    }

    /** The partitions of these rows. */
    List<String> partitions() {
        return names.keySet().stream().map(Position::partition).distinct().toList();
    }
}
