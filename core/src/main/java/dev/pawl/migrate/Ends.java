package dev.pawl.migrate;

import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.migrate.MigrationReport.LeftOut;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Both ends of a migration, and what goes from one to the other. */
record Ends(End source, End target) {

    boolean bothHold(Family family) {
        return source.holds(family) && target.holds(family);
    }

    /** What is copied of a part. */
    Set<Family> families(Part part) {
        Set<Family> families = EnumSet.copyOf(part.families());
        families.removeIf(family -> !bothHold(family));
        return families;
    }

    /** What is copied of these parts, in the order in which it is. */
    List<Family> families(Collection<Part> parts) {
        return parts.stream()
                .flatMap(part -> part.families().stream())
                .filter(this::bothHold)
                // Keys come first and credentials last, whatever the order of the enum.
                .sorted((left, right) -> Boolean.compare(left == Family.CREDENTIALS, right == Family.CREDENTIALS))
                .toList();
    }

    /** Reads all that both ends have of a family, in the order of its rows. */
    void bySide(Family family, Consumer<Side> action) {
        Side.all(source.rows(family), target.rows(family), side -> {
            action.accept(side);
            return true;
        });
    }

    /**
     * Whether the target has just what the source has of a part. Reads as far as the first difference.
     *
     * @param same gets the rows of the target up to there
     */
    boolean same(Part part, Consumer<Row> same) {
        for (Family family : families(part)) {
            boolean all = Side.all(source.rows(family), target.rows(family), side -> {
                boolean equal = side.same(target.verbatim(family));
                if (equal) {
                    side.target().ifPresent(same);
                }
                return equal;
            });
            if (!all) {
                return false;
            }
        }
        return true;
    }

    /** What the source has and the target will not have when these parts are copied. */
    List<LeftOut> leftOut(Set<Part> parts) {
        List<LeftOut> leftOut = new ArrayList<>();
        for (Part part : Part.values()) {
            for (Family family : part.families()) {
                boolean selected = parts.contains(part);
                long rows = source.holds(family) && !(selected && target.holds(family)) ? source.count(family) : 0;
                if (rows > 0) {
                    leftOut.add(new LeftOut(
                            family, rows, selected ? "the target does not hold such records" : "was not asked for"));
                }
            }
        }
        return leftOut;
    }

    /**
     * Ends a migration of a store to itself.
     *
     * @param same whether that was found out
     */
    void requireTwoPlaces(boolean same) {
        if (same) {
            throw new UnsupportedException(
                    "source and target are the same store, " + source.place() + "; nothing was changed");
        }
    }
}
