package dev.pawl.benchmarks;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Runs trials, each in a process of its own, Node or a JVM as this one is.
 *
 * @param peers the stores in Node
 * @param fixtures the directory of the fixtures
 * @param places the directory in which stores have their directories
 * @param postgres the port of the PostgreSQL server, if there is one
 */
record TrialRunner(NodePeers peers, Path fixtures, Path places, OptionalInt postgres) {

    private static final long LONGEST_SECONDS = 300;

    /**
     * Runs one trial.
     *
     * @return its answer
     * @throws IOException saying what went wrong
     */
    JsonObject run(Entrant entrant, String place, JsonObject asked) throws IOException, InterruptedException {
        TrialRequest request = new TrialRequest(asked)
                .with("store", new JsonString(entrant.store()))
                .with(
                        "place",
                        new JsonString(places.resolve(entrant.directory())
                                .resolve(place)
                                .toString()))
                .with("fixtures", new JsonString(fixtures.toString()))
                .with("postgres", JsonNumber.of(postgres.orElse(0)))
                .with("spawned", JsonNumber.of(System.currentTimeMillis()));
        Programs.Result result = entrant.inNode()
                ? Programs.run(peers.directory(), LONGEST_SECONDS, peers.command(request))
                : Programs.run(places, LONGEST_SECONDS, javaCommand(request));
        String[] lines = result.output().split("\n");
        try {
            if (result.status() == 0
                    && JsonValue.parse(Bytes.utf8(lines[lines.length - 1])) instanceof JsonObject answer) {
                return answer;
            }
        } catch (JsonException e) {
            // said below, with what the program said
        }
        throw new IOException("status " + result.status() + ": " + result.errors());
    }

    private static List<String> javaCommand(TrialRequest request) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-classpath",
                System.getProperty("java.class.path"),
                StoreTrial.class.getName(),
                request.json().toText());
    }
}
