package dev.pawl.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Ours against Jackson's tree model in interleaved trials: each trial runs both on every document in fresh JVMs. Prints a table with the median of each and the ratio of each trial's pair, median and min..max.
 */
public final class JsonComparison {

    private static final int TRIALS = 5;

    private JsonComparison() {}

    /** Runs the trials; takes about six minutes. */
    public static void main(String... arguments) throws RunnerException {
        Map<String, List<Double>> pawl = new TreeMap<>();
        Map<String, List<Double>> jackson = new TreeMap<>();
        for (int trial = 1; trial <= TRIALS; trial++) {
            System.err.println("trial " + trial + " of " + TRIALS);
            Collection<RunResult> results = new Runner(new OptionsBuilder()
                            .include(JsonBenchmark.class.getSimpleName() + ".*RoundTrip")
                            .forks(1)
                            .warmupIterations(4)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(3)
                            .measurementTime(TimeValue.seconds(1))
                            .verbosity(VerboseMode.SILENT)
                            .build())
                    .run();
            for (RunResult result : results) {
                boolean ours = result.getPrimaryResult().getLabel().startsWith("pawl");
                (ours ? pawl : jackson)
                        .computeIfAbsent(result.getParams().getParam("document"), document -> new ArrayList<>())
                        .add(result.getPrimaryResult().getScore());
            }
        }
        System.out.println("| document | Pawl, op/s | Jackson, op/s | ratio, median | min..max |");
        System.out.println("|---|---|---|---|---|");
        pawl.forEach((document, ours) -> System.out.println(line(document, ours, jackson.get(document))));
    }

    private static String line(String document, List<Double> ours, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %.2f | %.2f..%.2f |",
                document,
                median(ours),
                median(theirs),
                median(ratios),
                Collections.min(ratios),
                Collections.max(ratios));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
