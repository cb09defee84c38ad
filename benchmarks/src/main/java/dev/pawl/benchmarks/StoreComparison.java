package dev.pawl.benchmarks;

import dev.pawl.benchmarks.Results.Trial;
import dev.pawl.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Our stores against those of Baileys and zaileys, on this machine, in one session: in each round every store has its trial, in a fresh process, and ratios are made of trials of one round.
 *
 * <p>Which stores, workloads and how many rounds is said by system properties, see {@link ComparisonOptions}. Prints tables in Markdown; the trials, one line of JSON each, and the tables are also in the
 * directory of the results. What cannot run here is left out and said.
 */
public final class StoreComparison {

    private final ComparisonOptions options;
    private final List<Experiment> experiments;
    private final List<Entrant> entrants;
    private final List<String> remarks = new ArrayList<>();
    private final Results results = new Results();
    private int done;

    private StoreComparison(ComparisonOptions options) {
        this.options = options;
        this.entrants = new ArrayList<>(options.entrants());
        this.experiments = new Experiments(options.scale(), options.kills(), options.warmUp())
                .all().stream()
                        .filter(experiment -> experiment.isMeantBy(options.workloads()))
                        .toList();
    }

    /** Runs the comparison; hours with five rounds of everything. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        new StoreComparison(ComparisonOptions.ofProperties()).run();
    }

    private void run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(options.directory(), "pawl-benchmark-");
        // PostgreSQL, as another user, has to get through.
        directory.toFile().setExecutable(true, false);
        NodePeers peers = new NodePeers(options.peers().toAbsolutePath());
        describeMachine(directory);
        installPeers(peers);
        Servers servers = new Servers();
        try {
            for (Servers.Kind kind : Servers.Kind.values()) {
                start(servers, kind, directory);
            }
            Path fixtures = Files.createDirectory(directory.resolve("fixtures"));
            new Experiments(options.scale(), options.kills(), options.warmUp()).writeFixtures(fixtures);
            HistoryExperiments.writeFixture(fixtures, experiments);
            TrialRunner runner = new TrialRunner(peers, fixtures, directory, servers);
            fill(runner);
            measure(runner);
        } finally {
            servers.close();
            Locators.remove(directory);
        }
    }

    private void describeMachine(Path directory) throws IOException {
        remarks.add(String.format(
                Locale.ROOT,
                "%d processors, %s %s, Java %s (%s), stores on %s; %d rounds%s",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                System.getProperty("java.vendor"),
                Files.getFileStore(directory).type(),
                options.trials(),
                options.scale() == 1
                        ? ""
                        : ", only " + options.scale() + " of the real size: these numbers mean nothing"));
    }

    private void installPeers(NodePeers peers) throws InterruptedException {
        if (entrants.stream().noneMatch(Entrant::inNode)) {
            return;
        }
        try {
            remarks.add("Node " + peers.install()
                    + ", baileys, zaileys, better-sqlite3, pg and redis as in `node/package-lock.json`");
        } catch (IOException e) {
            entrants.removeIf(Entrant::inNode);
            remark("**All stores in Node were left out**: " + e.getMessage());
        }
    }

    /** Starts a server for those that need it; without it they are left out. */
    private void start(Servers servers, Servers.Kind kind, Path directory) throws InterruptedException {
        List<Entrant> served = entrants.stream()
                .filter(entrant -> entrant.server().equals(Optional.of(kind)))
                .toList();
        if (served.isEmpty()) {
            return;
        }
        try {
            remarks.add(servers.start(kind, directory));
        } catch (IOException e) {
            entrants.removeAll(served);
            String names = served.stream().map(each -> "`" + each.name() + "`").collect(Collectors.joining(", "));
            remark("**" + names + " left out**: " + e.getMessage());
        }
    }

    private void remark(String remark) {
        System.err.println(remark);
        remarks.add(remark);
    }

    private List<Entrant> entrants(Experiment experiment) {
        return entrants.stream().filter(experiment::includes).toList();
    }

    /** Fills the stores of all experiments, each once and two at a time: nothing is measured yet. */
    private void fill(TrialRunner runner) throws IOException, InterruptedException {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            Map<String, Future<JsonObject>> fillings = new LinkedHashMap<>();
            for (Experiment experiment : experiments) {
                for (Entrant entrant : entrants(experiment)) {
                    Path place = runner.place(entrant, experiment.place());
                    if (experiment.filling().isPresent() && !entrant.fillsItself() && !Files.exists(place)) {
                        Files.createDirectories(place);
                        fillings.put(
                                experiment.place() + " of " + entrant.name(),
                                two.submit(() -> runner.run(
                                        entrant,
                                        experiment.place(),
                                        experiment.filling().orElseThrow())));
                    }
                }
            }
            for (Map.Entry<String, Future<JsonObject>> filling : fillings.entrySet()) {
                System.err.println("filling " + filling.getKey());
                try {
                    filling.getValue().get();
                } catch (ExecutionException e) {
                    remark(filling.getKey() + " could not be filled: " + firstLine(String.valueOf(e.getCause())));
                }
            }
        } finally {
            two.shutdownNow();
        }
    }

    private void measure(TrialRunner runner) throws IOException, InterruptedException {
        Files.createDirectories(options.results());
        try (BufferedWriter lines = Files.newBufferedWriter(options.results().resolve("store-comparison.jsonl"))) {
            for (Experiment experiment : experiments) {
                for (int round = 1; round <= experiment.rounds(options.trials()); round++) {
                    // Each round begins with another store, so that none always follows the same one.
                    List<Entrant> order = new ArrayList<>(entrants(experiment));
                    Collections.rotate(order, 1 - round);
                    for (Entrant entrant : order) {
                        Trial trial = trial(runner, experiment, entrant, round);
                        results.add(trial);
                        lines.write(trial.line() + "\n");
                        lines.flush();
                    }
                }
            }
        } finally {
            String report = StoreReport.of(experiments, entrants, results, remarks);
            Files.writeString(options.results().resolve("store-comparison.md"), report);
            System.out.println(report);
        }
    }

    private Trial trial(TrialRunner runner, Experiment experiment, Entrant entrant, int round)
            throws InterruptedException {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        JsonObject answer;
        try {
            answer = experiment.kill().isPresent()
                    ? new CrashTrial(runner).run(entrant, experiment, round)
                    : runner.run(entrant, experiment.place(), experiment.request());
        } catch (IOException e) {
            answer = JsonObject.builder()
                    .put("failure", String.valueOf(e.getMessage()))
                    .build();
        }
        Trial trial = new Trial(experiment.id(), entrant.name(), round, load, answer);
        done++;
        int all = experiments.stream()
                .mapToInt(each -> entrants(each).size() * each.rounds(options.trials()))
                .sum();
        System.err.printf(
                Locale.ROOT,
                "%d of %d: %s, round %d, %s, load %.2f: %s%n",
                done,
                all,
                experiment.id(),
                round,
                entrant.name(),
                load,
                answer.get("failure").map(why -> firstLine(why.toText())).orElse(headline(experiment, trial)));
        return trial;
    }

    /** What people see of a failure; all of it is in the file of results. */
    private static String firstLine(String text) {
        return text.split("\\\\n|\\R", 2)[0];
    }

    private static String headline(Experiment experiment, Trial trial) {
        return experiment.metrics().stream()
                .filter(metric -> trial.value(metric).isPresent())
                .map(metric ->
                        metric.title() + " " + Metric.show(trial.value(metric).getAsDouble()))
                .findFirst()
                .orElse("nothing");
    }
}
