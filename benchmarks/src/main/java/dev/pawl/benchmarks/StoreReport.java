package dev.pawl.benchmarks;

import dev.pawl.benchmarks.Results.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** The tables, in Markdown: what was measured, and what that says about the targets. */
final class StoreReport {

    private final Results results;
    private final List<Entrant> entrants;
    private final StringBuilder text = new StringBuilder();

    private StoreReport(Results results, List<Entrant> entrants) {
        this.results = results;
        this.entrants = entrants;
    }

    /**
     * Writes the report.
     *
     * @param remarks on the machine and on what was left out
     */
    static String of(List<Experiment> experiments, List<Entrant> entrants, Results results, List<String> remarks) {
        StoreReport report = new StoreReport(results, entrants);
        remarks.forEach(remark -> report.text.append("- ").append(remark).append('\n'));
        report.comparisons(Comparisons.of(experiments));
        report.targets(Targets.of(experiments));
        experiments.forEach(report::table);
        return report.text.toString();
    }

    private void comparisons(List<Comparison> comparisons) {
        text.append("\n### Ratios\n\nHow many times better the first store is than the second, of each round;")
                .append(" below 1 it is worse.\n\n");
        row("workload", "store", "against", "ratio, median [min..max]", "target", "");
        row("---", "---", "---", "---", "---", "---");
        for (Comparison comparison : comparisons) {
            List<Double> advantages = results.advantages(comparison);
            if (!advantages.isEmpty()) {
                compare(comparison, advantages);
            } else if (comparison.target().isPresent()) {
                row(
                        comparison.experiment().id(),
                        side(comparison.ours(), comparison.ourMetric()),
                        side(comparison.theirs(), comparison.theirMetric()),
                        "not measured",
                        target(comparison),
                        "**open**");
            }
        }
    }

    private void compare(Comparison comparison, List<Double> advantages) {
        Spread spread = Spread.of(advantages);
        String verdict = "";
        if (comparison.target().isPresent()) {
            double target = comparison.target().getAsDouble();
            long rounds =
                    advantages.stream().filter(advantage -> advantage >= target).count();
            verdict = (spread.median() >= target ? "reached" : "**missed**") + ", " + rounds + " of "
                    + advantages.size() + " rounds";
        }
        row(
                comparison.experiment().id(),
                side(comparison.ours(), comparison.ourMetric()),
                side(comparison.theirs(), comparison.theirMetric()),
                spread.show(),
                target(comparison),
                verdict);
    }

    private void targets(List<Target> targets) {
        text.append("\n### Targets that are no ratios\n\n");
        row("workload", "store", "median [min..max], or all together", "target", "");
        row("---", "---", "---", "---", "---");
        for (Target target : targets) {
            Experiment experiment = target.experiment();
            List<Double> values = results.values(experiment, target.entrant(), target.metric());
            String cell = "not measured";
            String verdict = "**open**";
            if (!values.isEmpty()) {
                boolean counted = experiment.kill().isPresent();
                double value = counted ? total(values) : Spread.of(values).median();
                long rounds = values.stream().filter(target::isReachedBy).count();
                cell = cell(experiment, values);
                verdict = (target.isReachedBy(value) ? "reached" : "**missed**") + ", " + rounds + " of "
                        + values.size() + " rounds";
            }
            row(
                    experiment.id(),
                    side(target.entrant(), target.metric()),
                    cell,
                    (target.metric().more() ? "≥ " : "≤ ")
                            + Metric.show(target.bound()).replaceFirst("\\.0+$", ""),
                    verdict);
        }
    }

    private static double total(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** What several trials gave: of counts, all together. */
    private static String cell(Experiment experiment, List<Double> values) {
        if (values.isEmpty()) {
            return "–";
        }
        return experiment.kill().isPresent()
                ? String.format(Locale.ROOT, "%,.0f", total(values))
                : Spread.of(values).show();
    }

    private static String side(Entrant entrant, Metric metric) {
        return "`" + entrant.name() + "`: " + metric.title();
    }

    private static String target(Comparison comparison) {
        return comparison.target().isPresent()
                ? String.format(Locale.ROOT, "%.1f", comparison.target().getAsDouble())
                : "";
    }

    private void table(Experiment experiment) {
        text.append("\n### ")
                .append(experiment.id())
                .append(": ")
                .append(experiment.title())
                .append("\n\n");
        List<String> head = new ArrayList<>(List.of("store", "n"));
        experiment.metrics().forEach(metric -> head.add(metric.title()));
        head.add("load");
        row(head.toArray(String[]::new));
        row(head.stream().map(column -> "---").toArray(String[]::new));
        for (Entrant entrant : entrants) {
            List<Trial> trials = results.of(experiment, entrant);
            if (!trials.isEmpty()) {
                row(experiment, entrant, trials);
            }
        }
    }

    private void row(Experiment experiment, Entrant entrant, List<Trial> trials) {
        List<String> cells = new ArrayList<>();
        cells.add("`" + entrant.name() + "`");
        long failed = trials.stream()
                .filter(trial -> experiment.metrics().stream()
                        .noneMatch(metric -> trial.value(metric).isPresent()))
                .count();
        cells.add(trials.size() - failed + (failed == 0 ? "" : " (" + failed + " failed)"));
        for (Metric metric : experiment.metrics()) {
            cells.add(cell(experiment, results.values(experiment, entrant, metric)));
        }
        Spread load = Spread.of(trials.stream().map(Trial::load).toList());
        cells.add(Metric.show(load.least()) + ".." + Metric.show(load.most()));
        row(cells.toArray(String[]::new));
    }

    private void row(String... cells) {
        StringJoiner row = new StringJoiner(" | ", "| ", " |\n");
        for (String cell : cells) {
            row.add(cell);
        }
        text.append(row);
    }
}
