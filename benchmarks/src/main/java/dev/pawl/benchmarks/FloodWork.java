package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.message.Binding;
import dev.pawl.message.BindingOptions;
import dev.pawl.message.MessageStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Emits all {@code count} messages of the {@code fixture} without waiting, {@code batch} in each event, to a store that is bound to the source, and waits until all are stored. In a fresh process,
 * nothing warmed up.
 *
 * <p>Answers: {@code emitted} and {@code stored}, after how many milliseconds the last event was taken and all of them were stored; {@code heap}, by how many MB what is live after garbage
 * collections grew at most; {@code rss}, by how many MB the process grew at most.
 */
final class FloodWork {

    private FloodWork() {}

    static Map<String, Double> run(TrialRequest request) throws InterruptedException {
        Locators.clear(request, request.place());
        int batch = request.number("batch");
        List<JsonObject> messages = HistoryFixture.read(HistoryWork.fixture(request), request.number("count"));
        AtomicReference<Consumer<RawEvent>> listener = new AtomicReference<>(event -> {});
        try (Pawl pawl = Pawl.open(Locators.in(request, request.place()));
                MessageStore history = HistoryWork.open(pawl);
                Binding binding = history.bind(
                        taker -> {
                            listener.set(taker);
                            return () -> {};
                        },
                        BindingOptions.STANDARD)) {
            history.apply(List.of(Event.of(HistoryFixture.chats(1))));
            Growth growth = Growth.begin();
            long begin = System.nanoTime();
            for (int from = 0; from < messages.size(); from += batch) {
                List<JsonObject> some = messages.subList(from, Math.min(messages.size(), from + batch));
                listener.get().accept(HistoryFixture.upsert(some, "append"));
            }
            double emitted = (System.nanoTime() - begin) / 1e6;
            if (!binding.flush(Duration.ofMinutes(4)) || binding.progress().setAside() > 0) {
                throw new IllegalStateException("not everything was stored: " + binding.progress());
            }
            double stored = (System.nanoTime() - begin) / 1e6;
            return Map.of(
                    "emitted",
                    emitted,
                    "stored",
                    stored,
                    "perSecond",
                    messages.size() / stored * 1000,
                    "heap",
                    growth.heap(),
                    "rss",
                    growth.rss());
        }
    }
}
