package dev.pawl.benchmarks;

import static dev.pawl.benchmarks.Metric.less;
import static dev.pawl.benchmarks.Metric.more;

import dev.pawl.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The workloads on histories of messages: W4, which puts them in, and W5, which reads them. */
final class HistoryExperiments {

    static final String FLOOD = "W4, flood";
    static final String LIVE = "W4, live";
    static final String QUERY = "W5";

    /** Hours, so only when it is named: it is a workload of its own. */
    static final String QUERY_MILLION = "W5, 1,000,000";

    /** How many messages come in one event. */
    static final List<Integer> BATCHES = List.of(1, 50, 1_000);

    private static final String FIXTURE = "messages.jsonl";
    private static final int MILLION = 1_000_000;
    private static final int SECONDS = 10;

    /** In MB: what a JVM takes of a machine that has plenty says nothing about what it needs. */
    private static final int FLOOD_HEAP = 512;

    private static final List<Entrant> STORES = List.of(
            Entrant.SQLITE_NORMAL,
            Entrant.SQLITE_SEARCH,
            Entrant.POSTGRESQL,
            Entrant.POSTGRESQL_SEARCH,
            Entrant.REDIS,
            Entrant.M_SQLITE,
            Entrant.M_PG,
            Entrant.M_REDIS);

    private final double scale;
    private final int warmUpSeconds;

    /** Parameters as of {@link Experiments}. */
    HistoryExperiments(double scale, int warmUpSeconds) {
        this.scale = scale;
        this.warmUpSeconds = warmUpSeconds;
    }

    /** The id of the experiment with so many messages in each event, one of {@link #BATCHES}. */
    static String ingest(int batch) {
        return String.format(Locale.ROOT, "W4, %,d", batch);
    }

    /** All of them, in the order of the workloads. */
    List<Experiment> all() {
        return List.of(
                ingest(ingest(1), 1, "append"),
                ingest(LIVE, 1, "notify"),
                ingest(ingest(50), 50, "append"),
                ingest(ingest(1_000), 1_000, "append"),
                flood(),
                query(QUERY, QUERY, HistoryFixture.MESSAGES),
                query(QUERY_MILLION, "W5-1000000", MILLION));
    }

    /** Writes the messages that the experiments among these need. */
    static void writeFixture(Path directory, List<Experiment> experiments) {
        if (experiments.stream().noneMatch(each -> each.includes(Entrant.M_SQLITE))) {
            return;
        }
        boolean million = experiments.stream().anyMatch(each -> each.id().equals(QUERY_MILLION));
        HistoryFixture.write(directory.resolve(FIXTURE), million ? MILLION : HistoryFixture.MESSAGES);
    }

    private int scaled(int messages) {
        // Whole events of the largest kind, and enough for a page of each chat.
        int least = 20_000;
        return Math.max(least, (int) (messages * scale) / 1_000 * 1_000);
    }

    private static JsonObject.Builder work(String name) {
        return JsonObject.builder().put("work", name).put("fixture", FIXTURE);
    }

    private Experiment ingest(String id, int batch, String type) {
        return experiment(
                id,
                "W4",
                "messages put into a history, " + (batch == 1 ? "one" : String.format(Locale.ROOT, "%,d", batch))
                        + " in each event" + (type.equals("append") ? "" : ", as they come live"),
                type + batch,
                Optional.empty(),
                work("ingest")
                        .put("batch", batch)
                        .put("type", type)
                        .put("count", scaled(HistoryFixture.MESSAGES))
                        .put("seconds", SECONDS)
                        .put("warmUpSeconds", warmUpSeconds),
                List.of(
                        more("perSecond", "messages/s"),
                        less("p50", "p50 of an event, µs"),
                        less("p99", "p99, µs"),
                        less("processor", "processor, µs a message"),
                        less("unindexed", "not in the index then"),
                        more("found", "messages/s until all are found"),
                        more("messages", "messages timed"),
                        more("warmUp", "and before")));
    }

    private Experiment flood() {
        int count = scaled(HistoryFixture.MESSAGES);
        return experiment(
                FLOOD,
                "W4",
                count / 1_000 + " events of 1,000 messages emitted without waiting to a store that is bound, nothing"
                        + " warmed up",
                "flood",
                Optional.empty(),
                work("flood").put("batch", 1_000).put("count", count).put(TrialRunner.HEAP, FLOOD_HEAP),
                List.of(
                        less("emitted", "emitted after ms"),
                        less("stored", "stored after ms"),
                        more("perSecond", "messages/s"),
                        less("heap", "live heap + MB"),
                        less("rss", "RSS + MB")));
    }

    private Experiment query(String id, String workload, int messages) {
        int stored = scaled(messages);
        return experiment(
                id,
                workload,
                String.format(
                        Locale.ROOT,
                        "pages of 50, single messages and the chat list of a history of %,d messages in 200 chats",
                        stored),
                "history" + messages,
                Optional.of(work("fill-history")
                        .put("messages", stored)
                        .put("chats", HistoryFixture.CHATS)
                        .build()),
                work("query")
                        .put("messages", stored)
                        .put("chats", HistoryFixture.CHATS)
                        .put("pages", 400)
                        .put("warmUpMillis", (long) (warmUpSeconds * 100)),
                List.of(
                        less("newest", "newest page, µs"),
                        less("newestBytes", "as bytes, µs"),
                        less("bigNewest", "newest page of the big chat, µs"),
                        less("bigNewestBytes", "as bytes, µs"),
                        less("walk", "walk, µs a page"),
                        more("distinct", "distinct messages reached"),
                        less("far", "page 90 % deep, µs"),
                        less("message", "one by its key, µs"),
                        less("messageP99", "p99, µs"),
                        less("chatList", "200 chats, ms")));
    }

    private static Experiment experiment(
            String id,
            String workload,
            String title,
            String place,
            Optional<JsonObject> filling,
            JsonObject.Builder request,
            List<Metric> metrics) {
        return new Experiment(
                id,
                workload,
                title,
                place,
                filling,
                request.build(),
                metrics,
                Experiments.without(STORES),
                Optional.empty());
    }
}
