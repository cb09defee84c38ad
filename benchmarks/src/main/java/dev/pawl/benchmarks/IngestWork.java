package dev.pawl.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.pawl.Pawl;
import dev.pawl.backend.Family;
import dev.pawl.backend.Searching;
import dev.pawl.backend.SessionName;
import dev.pawl.event.Event;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the messages of the {@code fixture} into a history, one event after another with {@code batch} messages each, as their {@code type} says: what was read in memory, each event acknowledged
 * before the next. At most {@code count} messages and {@code seconds} seconds, after {@code warmUpSeconds} seconds on other stores of the same kind in the same process.
 *
 * <p>Latencies are in microseconds for one event; {@code processor} is all processor time of the process in microseconds for one message. Where there is an index of words, {@code unindexed} is
 * how many messages were not in it when the clock stopped, and {@code found} how many messages per second there were until all of them can be found.
 */
final class IngestWork {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final TrialRequest request;
    private final int batch;
    private final String type;

    private IngestWork(TrialRequest request) {
        this.request = request;
        this.batch = request.number("batch");
        this.type = request.text("type");
    }

    private record Times(int messages, long nanos, long processor, Latencies latencies, Optional<Lag> lag) {

        double perSecond() {
            return messages / (nanos / 1e9);
        }
    }

    /** What was left for the index of words, and how long that took. */
    private record Lag(long unindexed, long nanos) {}

    static Map<String, Double> run(TrialRequest request) {
        IngestWork work = new IngestWork(request);
        long warm = System.nanoTime() + request.number("warmUpSeconds") * 1_000_000_000L;
        int before = 0;
        while (System.nanoTime() < warm) {
            before += work.run(Path.of(request.place() + "-warm-up"), (warm - System.nanoTime()) / 1e9)
                    .messages();
        }
        Times times = work.run(request.place(), request.number("seconds"));
        Map<String, Double> answers = new HashMap<>(Map.of(
                "warmUp",
                (double) before,
                "messages",
                (double) times.messages(),
                "perSecond",
                times.perSecond(),
                "p50",
                times.latencies().micros(0.5),
                "p99",
                times.latencies().micros(0.99),
                "processor",
                times.processor() / 1e3 / times.messages()));
        times.lag().ifPresent(lag -> {
            answers.put("unindexed", (double) lag.unindexed());
            answers.put("found", times.messages() / ((times.nanos() + lag.nanos()) / 1e9));
        });
        return answers;
    }

    private Times run(Path place, double seconds) {
        Locators.clear(request, place);
        // Parsed anew for each store: nothing that was kept of a message in one is there in the next.
        List<JsonObject> messages = HistoryFixture.read(HistoryWork.fixture(request), request.number("count"));
        try (Pawl pawl = Pawl.open(Locators.in(request, place));
                MessageStore history = HistoryWork.open(pawl)) {
            history.apply(List.of(Event.of(HistoryFixture.chats(1))));
            // the messages that wait to be put in are not of the store: they are out of the way of its garbage
            System.gc();
            return measure(pawl, history, messages, (long) (seconds * 1e9));
        }
    }

    private Times measure(Pawl pawl, MessageStore history, List<JsonObject> messages, long longest) {
        long[] latencies = new long[(messages.size() + batch - 1) / batch];
        int events = 0;
        int done = 0;
        long cpu = SYSTEM.getProcessCpuTime();
        long begin = System.nanoTime();
        long now = begin;
        while (done < messages.size() && now - begin < longest) {
            int end = Math.min(messages.size(), done + batch);
            history.apply(List.of(Event.of(HistoryFixture.upsert(messages.subList(done, end), type))));
            long after = System.nanoTime();
            latencies[events++] = after - now;
            now = after;
            done = end;
        }
        long processor = SYSTEM.getProcessCpuTime() - cpu;
        Latencies all = Latencies.of(Arrays.copyOf(latencies, events));
        return new Times(done, now - begin, processor, all, lag(pawl, history));
    }

    private static Optional<Lag> lag(Pawl pawl, MessageStore history) {
        Optional<Searching> search = pawl.backend(Family.MESSAGE).as(Searching.class);
        return search.map(index -> {
            long unindexed = index.waiting(SessionName.DEFAULT);
            long begin = System.nanoTime();
            HistoryWork.requireIndexed(history);
            return new Lag(unindexed, System.nanoTime() - begin);
        });
    }
}
