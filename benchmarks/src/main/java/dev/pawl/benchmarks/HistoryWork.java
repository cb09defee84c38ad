package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import dev.pawl.event.Event;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A history in a store that was opened as a bot would: as its owner. And filling one, which is not measured: {@code chats} chats and the first {@code messages} messages of the {@code fixture}. */
final class HistoryWork {

    private static final int AT_ONCE = 1000;

    private HistoryWork() {}

    /** Fills a new store. */
    static Map<String, Double> fill(TrialRequest request) {
        Locators.clear(request, request.place());
        try (Pawl pawl = Pawl.open(Locators.in(request, request.place()));
                MessageStore history = open(pawl)) {
            history.apply(List.of(Event.of(HistoryFixture.chats(request.number("chats")))));
            List<JsonObject> batch = new ArrayList<>();
            HistoryFixture.each(fixture(request), request.number("messages"), message -> {
                batch.add(message);
                if (batch.size() == AT_ONCE) {
                    put(history, batch);
                }
            });
            put(history, batch);
            requireIndexed(history);
        }
        return Map.of();
    }

    /** Else the index would be built while something is measured. */
    static void requireIndexed(MessageStore history) {
        try {
            if (!history.awaitSearch(Duration.ofMinutes(30))) {
                throw new IllegalStateException("the index of words was not built");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(MessageStore history, List<JsonObject> batch) {
        if (!batch.isEmpty()) {
            history.apply(List.of(Event.of(HistoryFixture.upsert(batch, "append"))));
            batch.clear();
        }
    }

    static MessageStore open(Pawl pawl) {
        return MessageStore.open(pawl.backend(Family.MESSAGE), SessionName.DEFAULT);
    }

    static Path fixture(TrialRequest request) {
        return Path.of(request.text("fixtures"), request.text("fixture"));
    }
}
