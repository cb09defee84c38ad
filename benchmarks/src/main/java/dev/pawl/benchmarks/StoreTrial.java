package dev.pawl.benchmarks;

import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.util.Map;

/** One trial of one store in a JVM of its own. Prints one line of JSON; times are in milliseconds or, of single calls, in microseconds. */
public final class StoreTrial {

    private StoreTrial() {}

    /** Does what a {@link TrialRequest} says. */
    public static void main(String... arguments) throws InterruptedException {
        TrialRequest request = TrialRequest.parse(arguments[0]);
        JsonObject.Builder answer = JsonObject.builder();
        run(request).forEach((name, value) -> answer.put(name, JsonNumber.of(value)));
        ServerPlace.keep(request);
        System.out.println(answer.build().toText());
    }

    private static Map<String, Double> run(TrialRequest request) throws InterruptedException {
        return switch (request.text("work")) {
            case "fill" -> FillWork.run(request);
            case "open" -> OpenWork.run(request, System.currentTimeMillis());
            case "write" -> WriteWork.run(request);
            case "read" -> ReadWork.run(request);
            case "fill-history" -> HistoryWork.fill(request);
            case "ingest" -> IngestWork.run(request);
            case "flood" -> FloodWork.run(request);
            case "query" -> QueryWork.run(request);
            case "crash" -> CrashWork.write(request);
            case "crash-look" -> CrashWork.look(request);
            case "accounts" -> AccountsWork.run(request);
            default -> throw new IllegalArgumentException("there is no work " + request.text("work"));
        };
    }
}
