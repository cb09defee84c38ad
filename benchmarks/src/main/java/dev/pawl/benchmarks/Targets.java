package dev.pawl.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The targets that are not ratios. */
final class Targets {

    private final List<Target> all = new ArrayList<>();
    private final List<Experiment> experiments;

    /** Takes a target. */
    interface Adding {
        void add(String id, Entrant entrant, String metric, double bound);
    }

    private Targets(List<Experiment> experiments) {
        this.experiments = experiments;
    }

    /** Those of these experiments. */
    static List<Target> of(List<Experiment> experiments) {
        Targets targets = new Targets(experiments);
        targets.add(Experiments.OPEN, Entrant.NATIVE, "warmAll", 15);
        targets.add(Experiments.WRITE, Entrant.NATIVE_RELAXED, "p999", 1_000);
        targets.add(Experiments.MANY_ACCOUNTS, Entrant.NATIVE, "openEach", 300);
        targets.add(Experiments.MANY_ACCOUNTS, Entrant.NATIVE, "heapEach", 40);
        targets.add(Experiments.MANY_ACCOUNTS, Entrant.NATIVE, "descriptorsEach", 1);
        targets.add(Experiments.MANY_ACCOUNTS, Entrant.POSTGRESQL, "accounts", 1_000);
        // Ten connections, whatever the number of accounts.
        targets.add(Experiments.MANY_ACCOUNTS, Entrant.POSTGRESQL, "descriptors", 10);
        for (Entrant entrant :
                List.of(Entrant.NATIVE, Entrant.NATIVE_RELAXED, Entrant.SQLITE, Entrant.BAILEYS, Entrant.POSTGRESQL)) {
            targets.add(Experiments.KILL, entrant, "damaged", 0);
            targets.add(Experiments.KILL, entrant, "halves", 0);
        }
        HistoryComparisons.addTargets(targets::add);
        return List.copyOf(targets.all);
    }

    private void add(String id, Entrant entrant, String metric, double bound) {
        for (Experiment experiment : experiments) {
            if (experiment.id().equals(id)) {
                all.add(new Target(experiment, entrant, experiment.metric(metric), bound));
            }
        }
    }
}
