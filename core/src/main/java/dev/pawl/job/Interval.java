package dev.pawl.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Equal distances. In the rule, the distance is as {@link Duration#toString} writes it. */
record Interval(Duration distance) implements Recurrence {

    static final String KIND = "every";

    Interval {
        JobOptions.requireTime(distance);
        if (distance.toMillis() < 1) {
            throw new IllegalArgumentException("between two occurrences is at least a millisecond");
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String rule() {
        return distance.toString();
    }

    @Override
    public Optional<Instant> after(Instant occurrence, Instant now) {
        long step = distance.toMillis();
        long behind = Math.max(0, Math.subtractExact(now.toEpochMilli(), occurrence.toEpochMilli()));
        return Optional.of(occurrence.plusMillis(Math.multiplyExact(behind / step + 1, step)));
    }
}
