package dev.pawl.migrate;

import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a migration did, or would have done.
 *
 * @param from where it read
 * @param to where it wrote
 * @param copied how much of each family the target now holds, by key type for {@link Family#KEY} and under the empty name for
 *     all other families
 * @param leftOut what the source has and the target has not
 * @param before how far earlier runs of the same migration had come: this one did the rest, which is nothing when they had
 *     {@linkplain MigrationState#FINISHED finished}
 * @param sourceRetired whether the source refuses to be opened from now on
 * @param dryRun whether nothing was written
 * @param duration how long it took
 */
public record MigrationReport(
        End from,
        End to,
        Map<Family, Map<String, Amount>> copied,
        List<LeftOut> leftOut,
        MigrationState before,
        boolean sourceRetired,
        boolean dryRun,
        Duration duration) {

    /**
     * One end of a migration.
     *
     * @param place where the credentials stand or would stand, as {@link dev.pawl.backend.Backend#locate} says it
     * @param session the session
     */
    public record End(String place, SessionName session) {}

    /**
     * How much there is of something.
     *
     * @param rows how many records
     * @param bytes the size of their values
     */
    public record Amount(long rows, long bytes) {

        /** Nothing. */
        public static final Amount NONE = new Amount(0, 0);

        /** This much and that much. */
        public Amount plus(Amount other) {
            return new Amount(rows + other.rows, bytes + other.bytes);
        }
    }

    /**
     * Something that was not copied.
     *
     * @param family what it is
     * @param rows how many records of it the source has
     * @param why why it was not copied
     */
    public record LeftOut(Family family, long rows, String why) {}

    /** Copies map and list. */
    public MigrationReport {
        Map<Family, Map<String, Amount>> families = new EnumMap<>(Family.class);
        copied.forEach((family, types) -> families.put(family, Collections.unmodifiableMap(new TreeMap<>(types))));
        copied = Collections.unmodifiableMap(families);
        leftOut = List.copyOf(leftOut);
    }

    /** Everything that was copied, together. */
    public Amount total() {
        return copied.values().stream()
                .flatMap(types -> types.values().stream())
                .reduce(Amount.NONE, Amount::plus);
    }
}
