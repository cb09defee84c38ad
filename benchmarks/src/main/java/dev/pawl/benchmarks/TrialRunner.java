package dev.pawl.benchmarks;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs trials, each in a process of its own, Node or a JVM as this one is.
 *
 * @param peers the stores in Node
 * @param fixtures the directory of the fixtures
 * @param places the directory in which stores have their directories
 * @param servers the servers that stores need
 */
record TrialRunner(NodePeers peers, Path fixtures, Path places, Servers servers) {

    /** The member of a request that says how many MB the heap of a JVM has at most. */
    static final String HEAP = "heap";

    private static final long LONGEST_SECONDS = 300;

    /**
     * Runs one trial.
     *
     * @return its answer
     * @throws IOException saying what went wrong
     */
    JsonObject run(Entrant entrant, String place, JsonObject asked) throws IOException, InterruptedException {
        Programs.Result result =
                Programs.run(directory(entrant), LONGEST_SECONDS, command(entrant, request(entrant, place, asked)));
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

    /**
     * Starts what runs until it is killed.
     *
     * @param said gets what it says
     */
    Process start(Entrant entrant, String place, JsonObject asked, Path said) throws IOException {
        return Programs.start(directory(entrant), command(entrant, request(entrant, place, asked)), said);
    }

    /** The directory of a store. */
    Path place(Entrant entrant, String place) {
        return places.resolve(entrant.directory()).resolve(place);
    }

    private TrialRequest request(Entrant entrant, String place, JsonObject asked) {
        return servers.addTo(new TrialRequest(asked)
                .with("store", new JsonString(entrant.store()))
                .with("place", new JsonString(place(entrant, place).toString()))
                .with("fixtures", new JsonString(fixtures.toString()))
                .with("spawned", JsonNumber.of(System.currentTimeMillis())));
    }

    private Path directory(Entrant entrant) {
        return entrant.inNode() ? peers.directory() : places;
    }

    private List<String> command(Entrant entrant, TrialRequest request) {
        return entrant.inNode() ? peers.command(request) : javaCommand(request);
    }

    private static List<String> javaCommand(TrialRequest request) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (request.has(HEAP)) {
            command.add("-Xmx" + request.number(HEAP) + "m");
        }
        command.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-classpath",
                System.getProperty("java.class.path"),
                StoreTrial.class.getName(),
                request.json().toText()));
        return command;
    }
}
