package dev.pawl.benchmarks;

import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What the trials gave. */
final class Results {

    private final List<Trial> trials = new ArrayList<>();

    /**
     * One trial.
     *
     * @param experiment the id of what was measured
     * @param entrant the store
     * @param round which round, from 1
     * @param load the load average of the last minute when it began
     * @param answer the numbers, and {@code failure} with the reason when there are none
     */
    record Trial(String experiment, String entrant, int round, double load, JsonObject answer) {

        OptionalDouble value(Metric metric) {
            return answer.get(metric.name()).stream()
                    .filter(JsonNumber.class::isInstance)
                    .mapToDouble(number -> ((JsonNumber) number).doubleValue())
                    .findFirst();
        }

        /** One line for the file of results. */
        String line() {
            JsonObject.Builder line = JsonObject.builder()
                    .put("experiment", experiment)
                    .put("store", entrant)
                    .put("round", round)
                    .put("load", JsonNumber.of(load));
            answer.forEach(line::put);
            return line.build().toText();
        }
    }

    void add(Trial trial) {
        trials.add(trial);
    }

    /** The trials of a store in an experiment, in the order of the rounds. */
    List<Trial> of(Experiment experiment, Entrant entrant) {
        return trials.stream()
                .filter(trial -> trial.experiment.equals(experiment.id()) && trial.entrant.equals(entrant.name()))
                .toList();
    }

    /** What a store gave for a metric, in the rounds in which it did. */
    List<Double> values(Experiment experiment, Entrant entrant, Metric metric) {
        return of(experiment, entrant).stream()
                .flatMapToDouble(trial -> trial.value(metric).stream())
                .boxed()
                .toList();
    }

    /** How many times better one is than another, of each round in which both gave a number. */
    List<Double> advantages(Comparison comparison) {
        List<Double> advantages = new ArrayList<>();
        for (Trial ours : of(comparison.experiment(), comparison.ours())) {
            for (Trial theirs : of(comparison.experiment(), comparison.theirs())) {
                OptionalDouble one = ours.value(comparison.ourMetric());
                OptionalDouble other = theirs.value(comparison.theirMetric());
                if (ours.round == theirs.round && one.isPresent() && other.isPresent()) {
                    advantages.add(comparison.ourMetric().advantage(one.getAsDouble(), other.getAsDouble()));
                }
            }
        }
        return advantages;
    }
}
