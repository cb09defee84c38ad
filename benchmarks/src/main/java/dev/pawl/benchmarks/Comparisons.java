package dev.pawl.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Which store is held against which, and the targets. A store that forces each commit to the medium is only held against one that does so too, where writing counts. */
final class Comparisons {

    private final List<Comparison> all = new ArrayList<>();
    private final List<Experiment> experiments;

    private Comparisons(List<Experiment> experiments) {
        this.experiments = experiments;
    }

    /** Those of these experiments. */
    static List<Comparison> of(List<Experiment> experiments) {
        Comparisons comparisons = new Comparisons(experiments);
        comparisons.open(Experiments.OPEN, OptionalDouble.of(2));
        comparisons.open(Experiments.OPEN_LARGE, OptionalDouble.empty());
        comparisons.write();
        comparisons.writers();
        comparisons.read();
        HistoryComparisons.addTo(comparisons::add);
        comparisons.accounts(Experiments.FEW_ACCOUNTS);
        comparisons.accounts(Experiments.MANY_ACCOUNTS);
        return List.copyOf(comparisons.all);
    }

    private void open(String id, OptionalDouble target) {
        for (String name : List.of("warmAll", "warmOpen", "coldAll")) {
            add(id, Entrant.NATIVE, name, Entrant.Z_SQLITE, name, OptionalDouble.empty());
        }
        add(id, Entrant.SQLITE, "warmAll", Entrant.Z_SQLITE, "warmAll", target);
        add(id, Entrant.SQLITE, "warmAll", Entrant.Z_SQLITE, "coldAll", OptionalDouble.empty());
        for (String name : List.of("warmOpen", "coldAll")) {
            add(id, Entrant.SQLITE, name, Entrant.Z_SQLITE, name, OptionalDouble.empty());
        }
        for (String name : List.of("warmAll", "warmOpen", "coldAll")) {
            add(id, Entrant.POSTGRESQL, name, Entrant.Z_PG, name, OptionalDouble.empty());
            add(id, Entrant.REDIS, name, Entrant.Z_REDIS, name, OptionalDouble.empty());
            add(id, Entrant.BAILEYS, name, Entrant.B_MF, name, OptionalDouble.empty());
        }
    }

    private void write() {
        String id = Experiments.WRITE;
        String name = "perSecond";
        add(id, Entrant.NATIVE, name, Entrant.RAW, name, OptionalDouble.of(0.8));
        add(id, Entrant.NATIVE, name, Entrant.Z_PG, name, OptionalDouble.of(3.5));
        add(id, Entrant.NATIVE, name, Entrant.SQLITE, name, OptionalDouble.empty());
        add(id, Entrant.NATIVE_RELAXED, name, Entrant.Z_SQLITE, name, OptionalDouble.of(10));
        add(id, Entrant.NATIVE_RELAXED, name, Entrant.Z_REDIS, name, OptionalDouble.empty());
        add(id, Entrant.NATIVE_RELAXED, name, Entrant.RAW_WRITE, name, OptionalDouble.empty());
        add(id, Entrant.SQLITE, name, Entrant.Z_PG, name, OptionalDouble.of(3.5));
        add(id, Entrant.SQLITE_NORMAL, name, Entrant.Z_SQLITE, name, OptionalDouble.of(1.8));
        add(id, Entrant.SQLITE, name, Entrant.BARE, name, OptionalDouble.of(0.8));
        add(id, Entrant.SQLITE_NORMAL, name, Entrant.BARE_NORMAL, name, OptionalDouble.of(0.8));
        add(id, Entrant.BAILEYS, name, Entrant.Z_PG, name, OptionalDouble.empty());
        add(id, Entrant.POSTGRESQL, name, Entrant.Z_PG, name, OptionalDouble.of(2.5));
        add(id, Entrant.REDIS, name, Entrant.Z_REDIS, name, OptionalDouble.of(2));
    }

    private void writers() {
        String name = "perSecond";
        for (int count : Experiments.WRITERS) {
            String id = Experiments.writers(count);
            add(id, Entrant.NATIVE, name, Entrant.Z_PG, name, OptionalDouble.empty());
            add(id, Entrant.NATIVE_RELAXED, name, Entrant.Z_SQLITE, name, OptionalDouble.empty());
            add(id, Entrant.POSTGRESQL, name, Entrant.Z_PG, name, OptionalDouble.empty());
            add(id, Entrant.REDIS, name, Entrant.Z_REDIS, name, OptionalDouble.empty());
        }
        String id = Experiments.SIXTEEN_SESSIONS;
        add(id, Entrant.NATIVE, name, Entrant.RAW_16, name, OptionalDouble.of(0.7));
        add(id, Entrant.NATIVE, name, Entrant.Z_PG, name, OptionalDouble.empty());
        add(id, Entrant.NATIVE_RELAXED, name, Entrant.Z_SQLITE, name, OptionalDouble.empty());
        add(id, Entrant.POSTGRESQL, name, Entrant.Z_PG, name, OptionalDouble.of(5));
        add(id, Entrant.REDIS, name, Entrant.Z_REDIS, name, OptionalDouble.empty());
    }

    private void read() {
        String id = Experiments.READ;
        for (int ids : List.of(1, 10, 100)) {
            boolean counts = ids == 100;
            add(
                    id,
                    Entrant.NATIVE,
                    "bytes" + ids,
                    Entrant.Z_SQLITE,
                    "values" + ids,
                    counts ? OptionalDouble.of(20) : OptionalDouble.empty());
            add(
                    id,
                    Entrant.NATIVE,
                    "views" + ids,
                    Entrant.Z_SQLITE,
                    "values" + ids,
                    counts ? OptionalDouble.of(5) : OptionalDouble.empty());
            add(
                    id,
                    Entrant.SQLITE,
                    "bytes" + ids,
                    Entrant.Z_SQLITE,
                    "values" + ids,
                    counts ? OptionalDouble.of(6) : OptionalDouble.empty());
            add(
                    id,
                    Entrant.SQLITE,
                    "views" + ids,
                    Entrant.Z_SQLITE,
                    "values" + ids,
                    counts ? OptionalDouble.of(3) : OptionalDouble.empty());
        }
        for (String form : List.of("bytes", "views")) {
            for (int ids : List.of(1, 10, 100)) {
                OptionalDouble target =
                        ids == 100 && form.equals("bytes") ? OptionalDouble.of(5) : OptionalDouble.empty();
                add(id, Entrant.POSTGRESQL, form + ids, Entrant.Z_PG, "values" + ids, target);
                add(id, Entrant.REDIS, form + ids, Entrant.Z_REDIS, "values" + ids, target);
            }
            add(id, Entrant.BAILEYS, form + 100, Entrant.B_MF, "values100", OptionalDouble.empty());
        }
    }

    private void accounts(String id) {
        for (String name : List.of("open", "touch")) {
            add(id, Entrant.NATIVE, name, Entrant.Z_SQLITE, name, OptionalDouble.empty());
            add(id, Entrant.NATIVE, name, Entrant.B_MF, name, OptionalDouble.empty());
            add(id, Entrant.SQLITE, name, Entrant.Z_SQLITE, name, OptionalDouble.empty());
            add(id, Entrant.BAILEYS, name, Entrant.B_MF, name, OptionalDouble.empty());
            add(id, Entrant.REDIS, name, Entrant.Z_REDIS, name, OptionalDouble.empty());
        }
        for (String name : List.of("accounts", "openEach")) {
            add(id, Entrant.POSTGRESQL, name, Entrant.Z_PG, name, OptionalDouble.empty());
        }
    }

    private void add(
            String id, Entrant ours, String ourMetric, Entrant theirs, String theirMetric, OptionalDouble target) {
        for (Experiment experiment : experiments) {
            if (experiment.id().equals(id)) {
                all.add(new Comparison(
                        experiment,
                        ours,
                        experiment.metric(ourMetric),
                        theirs,
                        experiment.metric(theirMetric),
                        target));
            }
        }
    }
}
