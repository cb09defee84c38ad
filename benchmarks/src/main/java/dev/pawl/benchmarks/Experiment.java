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
 * @param kill when something is killed in each trial: what, and how often. Numbers are then counts, which are added up.
 */
record Experiment(
        String id,
        String workload,
        String title,
        String place,
        Optional<JsonObject> filling,
        JsonObject request,
        List<Metric> metrics,
        Set<Entrant> without,
        Optional<Kill> kill) {

    /**
     * What is killed.
     *
     * @param times how many trials
     * @param server whether the server of the store is killed, and with it the writer, or the writer alone
     */
    record Kill(int times, boolean server) {}

    /** Whether a store takes part: where servers are killed, only one that has a server. */
    boolean includes(Entrant entrant) {
        boolean serverIsThere =
                kill.isEmpty() || !kill.get().server() || entrant.server().isPresent();
        return serverIsThere && !without.contains(entrant);
    }

    /**
     * Whether this is meant by the name of a workload, which means all of its experiments, or by a name of its own: its id with
     * hyphens, {@code W2-16-sessions}, or {@code W2-alone} when the workload has the same id.
     */
    boolean isMeantBy(List<String> names) {
        String own = id.equals(workload)
                ? id + "-alone"
                : id.replace(", ", "-").replace(" ", "-").replace(",", "");
        return names.contains(workload) || names.contains(own);
    }

    /** How many trials there are of each store when there are that many of all others. */
    int rounds(int usual) {
        return kill.map(Kill::times).orElse(usual);
    }

    /** The column of a member of the answers. */
    Metric metric(String name) {
        return metrics.stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(id + " has no column " + name));
    }
}
