package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.SessionRecord;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads random sessions of a store that holds {@code sessions} of them, nothing cached by the library. Each of the {@code batches} is {@code [ids in one call, calls, calls before them that are not
 * counted]}, of which there are as many more as are made in {@code warmUpMillis}.
 *
 * <p>Answers with the median of a call in microseconds: {@code bytes<ids>} for the stored bytes, read from the backend; {@code views<ids>} for the auth store's records with every member looked at.
 */
final class ReadWork {

    private static final int SEED = 99;

    private ReadWork() {}

    private interface Reading {
        /** Reads and returns something that depends on all of it. */
        long read(Set<String> ids);
    }

    static Map<String, Double> run(TrialRequest request) {
        Map<String, Double> answer = new LinkedHashMap<>();
        try (Pawl pawl = Pawl.open(Locators.in(request, request.place()))) {
            AuthStore store = pawl.auth();
            Backend backend = pawl.backend(Family.KEY);
            measure(request, "bytes", ids -> bytes(backend, store, ids), answer);
            measure(request, "views", ids -> views(store, ids), answer);
        }
        return answer;
    }

    private static long bytes(Backend backend, AuthStore store, Set<String> ids) {
        List<Key> keys = new ArrayList<>(ids.size());
        for (String id : ids) {
            keys.add(KeyType.SESSION.key(id));
        }
        Map<Key, Row> rows = backend.get(store.session(), keys);
        long sum = 0;
        for (Row row : rows.values()) {
            sum += row.value().size();
        }
        return rows.size() == ids.size() ? sum : 0;
    }

    private static long views(AuthStore store, Set<String> ids) {
        Map<String, SessionRecord> records = store.read(KeyType.SESSION, ids);
        long sum = 0;
        for (SessionRecord each : records.values()) {
            sum += SessionView.touch(each);
        }
        return records.size() == ids.size() ? sum : 0;
    }

    private static void measure(TrialRequest request, String name, Reading reading, Map<String, Double> answer) {
        Xorshift random = new Xorshift(SEED);
        int sessions = request.number("sessions");
        for (JsonValue batch : (JsonArray) request.member("batches")) {
            List<Integer> numbers = TrialRequest.numbers(batch);
            int ids = numbers.get(0);
            long warm = System.nanoTime() + request.number("warmUpMillis") * 1_000_000L;
            do {
                calls(reading, random, sessions, ids, numbers.get(2));
            } while (System.nanoTime() < warm);
            answer.put(
                    name + ids,
                    calls(reading, random, sessions, ids, numbers.get(1)).micros(0.5));
        }
    }

    private static Latencies calls(Reading reading, Xorshift random, int sessions, int size, int count) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            Set<String> ids = new LinkedHashSet<>();
            for (int k = 0; k < size; k++) {
                ids.add(Records.sessionId(random.below(sessions)));
            }
            long begin = System.nanoTime();
            long sum = reading.read(ids);
            nanos[i] = System.nanoTime() - begin;
            if (sum == 0) {
                throw new IllegalStateException("a session is missing");
            }
        }
        return Latencies.of(nanos);
    }
}
