package dev.pawl.benchmarks;

import java.util.Arrays;

/**
 * Durations of single calls.
 *
 * @param sorted in nanoseconds, ascending
 */
record Latencies(long... sorted) {

    static Latencies of(long... nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latencies(sorted);
    }

    /** The duration that this share of the calls stayed below, in nanoseconds. */
    long percentile(double share) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    /** The same in microseconds. */
    double micros(double share) {
        return percentile(share) / 1e3;
    }
}
