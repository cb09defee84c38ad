package dev.pawl.benchmarks;

import java.util.Locale;

/**
 * One number of a trial's answer, as a column.
 *
 * @param name the member of the answer
 * @param title the column, with the unit
 * @param more whether more is better
 */
record Metric(String name, String title, boolean more) {

    /** A number of which less is better. */
    static Metric less(String name, String title) {
        return new Metric(name, title, false);
    }

    /** A number of which more is better. */
    static Metric more(String name, String title) {
        return new Metric(name, title, true);
    }

    /** How many times better {@code ours} is; below 1 it is worse. */
    double advantage(double ours, double theirs) {
        return more ? ours / theirs : theirs / ours;
    }

    /** A value with three digits or more. */
    static String show(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
