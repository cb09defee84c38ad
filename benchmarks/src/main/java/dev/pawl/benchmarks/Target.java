package dev.pawl.benchmarks;

/**
 * A number that a store is meant to reach, whatever others do.
 *
 * @param experiment in which
 * @param entrant the store
 * @param metric its number
 * @param bound the worst that is good enough
 */
record Target(Experiment experiment, Entrant entrant, Metric metric, double bound) {

    /** Whether a value is good enough. */
    boolean isReachedBy(double value) {
        return metric.more() ? value >= bound : value <= bound;
    }
}
