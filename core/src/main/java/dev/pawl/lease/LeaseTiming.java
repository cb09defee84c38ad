package dev.pawl.lease;

import java.time.Duration;

/**
 * How often the living show themselves, and how long the silent are waited for.
 *
 * @param beat how often a process changes its beat row
 * @param dead how long a beat row must stand still before its process counts as dead; several beats
 * @param ticker the clock
 */
public record LeaseTiming(Duration beat, Duration dead, Ticker ticker) {

    /** A beat every 5 seconds, dead after 20, by the clock of this machine. */
    public static final LeaseTiming STANDARD =
            new LeaseTiming(Duration.ofSeconds(5), Duration.ofSeconds(20), Ticker.SYSTEM);

    /**
     * Checks the proportion.
     *
     * @throws IllegalArgumentException when the beat is not above zero, or there is no room for two beats before death
     */
    public LeaseTiming {
        if (beat.isZero() || beat.isNegative() || dead.compareTo(beat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("death takes at least two beats, and a beat takes time");
        }
    }

    /** The same lengths by another clock. */
    public LeaseTiming with(Ticker other) {
        return new LeaseTiming(beat, dead, other);
    }
}
