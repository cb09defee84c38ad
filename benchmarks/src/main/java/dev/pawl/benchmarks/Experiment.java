package dev.pawl.benchmarks;

import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is measured of every store that takes part.
 *
 * @param id its name in tables and results
 * @param workload the workload it belongs to
 * @param title what it is, for the heading
 * @param place the name of the store's directory; experiments that only read share a filled store by sharing the name
 * @param filling what the store is filled with before the first round, or empty when each trial fills its own
 * @param request what is asked of each trial
 * @param metrics the columns
 * @param without those that do not take part
 */
record Experiment(
        String id,
        String workload,
        String title,
        String place,
        Optional<JsonObject> filling,
        JsonObject request,
        List<Metric> metrics,
        Set<Entrant> without) {}
