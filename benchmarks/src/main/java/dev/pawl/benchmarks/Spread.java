package dev.pawl.benchmarks;

import java.util.List;

/**
 * What several trials gave for one thing.
 *
 * @param median the middle one, of an even number the mean of the middle two
 * @param least the lowest
 * @param most the highest
 */
record Spread(double median, double least, double most) {

    /** The spread of at least one value. */
    static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(size - 1));
    }

    /** Median and range. */
    String show() {
        return "**" + Metric.show(median) + "** [" + Metric.show(least) + ".." + Metric.show(most) + "]";
    }
}
