package dev.pawl.benchmarks;

import java.util.OptionalDouble;

/**
 * One store held against another.
 *
 * @param experiment in which
 * @param ours whose advantage is meant
 * @param ourMetric the number of ours
 * @param theirs the other store
 * @param theirMetric the number of theirs
 * @param target how many times better ours is meant to be, if that was said
 */
record Comparison(
        Experiment experiment,
        Entrant ours,
        Metric ourMetric,
        Entrant theirs,
        Metric theirMetric,
        OptionalDouble target) {}
