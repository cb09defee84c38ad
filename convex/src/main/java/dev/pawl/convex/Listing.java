package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Position;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The rows of a family that zaileys wrote and nobody adopted, as they stood when a listing began.
 *
 * @param names what the rows at these places are called
 */
record Listing(NavigableMap<Position, String> names) {

    /** The rows of this family among these. */
    static Listing of(Family family, List<Stored> rows) {
        NavigableMap<Position, String> names = new TreeMap<>();
        for (Stored row : rows) {
            Names.parse(row.key())
                    .filter(key -> key.family() == family)
                    .ifPresent(key -> names.put(position(key, row), row.key()));
        }
        return new Listing(names);
    }

    private static Position position(Key key, Stored row) {
        return new Position(Names.order(key, row), key.partition(), key.id());
    }

    /** The partitions of these rows. */
    List<String> partitions() {
        return names.keySet().stream().map(Position::partition).distinct().toList();
    }
}
