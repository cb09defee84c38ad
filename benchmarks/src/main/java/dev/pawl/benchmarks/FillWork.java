package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Fills a store with a {@code fixture}, or with that many {@code accounts} of it. Not measured. */
final class FillWork {

    private static final int AT_ONCE = 100;

    private FillWork() {}

    static Map<String, Double> run(TrialRequest request) {
        JsonObject fixture = (JsonObject) request.fixture("fixture");
        Locators.clear(request, request.place());
        fillAll(request, request.place(), fixture);
        return Map.of();
    }

    /** Fills what is in a place, which is new: one store, or {@code accounts} of them. */
    static void fillAll(TrialRequest request, Path place, JsonObject fixture) {
        if (!request.has("accounts")) {
            fill(request, place, fixture);
            return;
        }
        int accounts = request.number("accounts");
        try (Pawl pawl = Pawl.open(Locators.in(request, place))) {
            if (Locators.holdManySessions(pawl)) {
                for (int i = 0; i < accounts; i++) {
                    try (AuthStore store = pawl.auth(Locators.account(i))) {
                        put(store, fixture);
                    }
                }
                return;
            }
        }
        for (int i = 0; i < accounts; i++) {
            fill(request, place.resolve(Locators.account(i)), fixture);
        }
    }

    private static void fill(TrialRequest request, Path place, JsonObject fixture) {
        try (Pawl pawl = Pawl.open(Locators.in(request, place))) {
            put(pawl.auth(), fixture);
        }
    }

    private static void put(AuthStore store, JsonObject fixture) {
        JsonObject types = (JsonObject) fixture.get("data").orElseThrow();
        for (String name : types.names()) {
            KeyType<JsonValue> type = KeyType.json(name);
            JsonObject records = (JsonObject) types.get(name).orElseThrow();
            List<String> ids = records.names();
            for (int from = 0; from < ids.size(); from += AT_ONCE) {
                Updates updates = Updates.none();
                for (String id : ids.subList(from, Math.min(ids.size(), from + AT_ONCE))) {
                    updates = updates.put(type, id, records.get(id).orElseThrow());
                }
                store.write(updates);
            }
        }
        store.saveCredentials(credentials(fixture));
    }

    /** The credentials of a fixture. */
    static Credentials credentials(JsonObject fixture) {
        return Credentials.parse(fixture.get("creds").orElseThrow().toBytes());
    }
}
