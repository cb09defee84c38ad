package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.SessionRecord;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Opens a filled store again and again ({@code opens} times): open it and read the credentials, read {@code sessions} sessions in one call, read all {@code keys} of the synchronised state, close it.
 *
 * <p>Answers in milliseconds. {@code started} is the time from the start of the process until its program runs; {@code cold} times are of the first open of the process, {@code warm} ones the medians of
 * the {@code last} ones. {@code All} is open and sessions together. Sessions count as read when every member was looked at, see {@link SessionView}.
 */
final class OpenWork {

    private OpenWork() {}

    private record Round(long open, long sessions, long keys) {
        long all() {
            return open + sessions;
        }
    }

    static Map<String, Double> run(TrialRequest request, long running) {
        double started = running - ((JsonNumber) request.member("spawned")).doubleValue();
        List<String> ids = IntStream.range(0, request.number("sessions"))
                .mapToObj(Records::sessionId)
                .toList();
        List<String> keys = ((JsonArray) request.fixture("keys"))
                .values().stream().map(id -> ((JsonString) id).value()).toList();
        String locator = Locators.in(request, request.place());
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < request.number("opens"); i++) {
            rounds.add(round(locator, ids, keys));
        }
        Round cold = rounds.get(0);
        List<Round> warm = rounds.subList(rounds.size() - request.number("last"), rounds.size());
        return Map.of(
                "started", started,
                "coldOpen", millis(cold.open),
                "coldSessions", millis(cold.sessions),
                "coldAll", millis(cold.all()),
                "warmOpen", median(warm, Round::open),
                "warmSessions", median(warm, Round::sessions),
                "warmKeys", median(warm, Round::keys),
                "warmAll", median(warm, Round::all));
    }

    private static Round round(String locator, List<String> ids, List<String> keys) {
        long begin = System.nanoTime();
        try (Pawl pawl = Pawl.open(locator)) {
            AuthStore store = pawl.auth();
            Locators.readCredentials(store);
            long opened = System.nanoTime();
            Collection<SessionRecord> sessions =
                    store.read(KeyType.SESSION, ids).values();
            long sum = 0;
            for (SessionRecord session : sessions) {
                sum += SessionView.touch(session);
            }
            long read = System.nanoTime();
            int found = store.read(KeyType.APP_STATE_SYNC_KEY, keys).size();
            long end = System.nanoTime();
            if (sessions.size() != ids.size() || found != keys.size() || sum == 0) {
                throw new IllegalStateException("records are missing");
            }
            return new Round(opened - begin, read - opened, end - read);
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static double median(List<Round> rounds, ToLongFunction<Round> part) {
        return millis(Latencies.of(rounds.stream().mapToLong(part).toArray()).percentile(0.5));
    }
}
