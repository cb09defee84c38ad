package dev.pawl.benchmarks;

import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Kills a process that writes messages, or the server it writes to, and has somebody else look at what it left.
 *
 * <p>The writer fills a store, then writes messages without end and notes each in a file once it was acknowledged. Everything that stands in that file must be found.
 */
final class CrashTrial {

    private static final int SEED = 31_337;
    private static final int FILLED_SECONDS = 120;

    private final TrialRunner runner;

    CrashTrial(TrialRunner runner) {
        this.runner = runner;
    }

    /**
     * Runs one trial.
     *
     * @param round which one, from 1; decides when the blow falls
     * @return what the look gave
     * @throws IOException saying what went wrong, other than damage
     */
    JsonObject run(Entrant entrant, Experiment experiment, int round) throws IOException, InterruptedException {
        boolean server = experiment.kill().orElseThrow().server();
        Xorshift random = new Xorshift(SEED * round);
        long delay = (server ? 1_500_000 : 100_000) + random.below(500_000);
        Path place = runner.place(entrant, experiment.place());
        Files.createDirectories(place.resolveSibling("kill-notes"));
        Path notes = place.resolveSibling("kill-notes").resolve("acknowledged");
        Path said = place.resolveSibling("kill-notes").resolve("said");
        Files.write(notes, new byte[0]);
        Files.write(said, new byte[0]);
        JsonObject asked = experiment.request().with("notes", new JsonString(notes.toString()));
        Process writer = runner.start(entrant, experiment.place(), asked, said);
        try {
            awaitFirst(notes, writer, said);
            TimeUnit.MICROSECONDS.sleep(delay);
            if (server) {
                server(entrant).crash();
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        if (server) {
            server(entrant).restart();
        }
        return runner.run(entrant, experiment.place(), asked.with("work", new JsonString("crash-look")));
    }

    private LocalServer server(Entrant entrant) throws IOException {
        return runner.servers().of(entrant).orElseThrow(() -> new IOException("no server of " + entrant.name()));
    }

    private static void awaitFirst(Path notes, Process writer, Path said) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FILLED_SECONDS);
        while (Files.size(notes) == 0) {
            if (writer.waitFor(2, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                throw new IOException(
                        "the writer wrote nothing: " + Files.readString(said).strip());
            }
        }
    }
}
