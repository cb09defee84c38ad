package dev.pawl.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What is compared of histories, and the targets, each against the peer on the same kind of server with the same durability. */
final class HistoryComparisons {

    private static final Map<Entrant, Entrant> PEERS = Map.of(
            Entrant.SQLITE_NORMAL, Entrant.M_SQLITE,
            Entrant.SQLITE_SEARCH, Entrant.M_SQLITE,
            Entrant.POSTGRESQL, Entrant.M_PG,
            Entrant.POSTGRESQL_SEARCH, Entrant.M_PG,
            Entrant.REDIS, Entrant.M_REDIS);

    private static final List<Entrant> OURS = List.of(
            Entrant.SQLITE_NORMAL, Entrant.SQLITE_SEARCH, Entrant.POSTGRESQL, Entrant.POSTGRESQL_SEARCH, Entrant.REDIS);

    /** By the number of messages in an event: how many times the peer's messages per second. */
    private static final Map<Entrant, Map<Integer, Double>> INGEST = Map.of(
            Entrant.SQLITE_NORMAL, Map.of(1, 1.2, 50, 1.8, 1_000, 2.5),
            Entrant.SQLITE_SEARCH, Map.of(1, 0.5, 50, 1.2, 1_000, 2.0),
            Entrant.POSTGRESQL_SEARCH, Map.of(1, 1.3, 50, 2.0, 1_000, 3.0),
            Entrant.REDIS, Map.of(1, 0.9, 50, 2.5, 1_000, 4.0));

    private HistoryComparisons() {}

    interface Adding {
        void add(String id, Entrant ours, String ourMetric, Entrant theirs, String theirMetric, OptionalDouble target);
    }

    static void addTo(Adding all) {
        for (int batch : HistoryExperiments.BATCHES) {
            for (Entrant ours : OURS) {
                Double target = INGEST.getOrDefault(ours, Map.of()).get(batch);
                add(all, HistoryExperiments.ingest(batch), ours, "perSecond", "perSecond", target);
            }
        }
        for (Entrant ours : OURS) {
            add(all, HistoryExperiments.LIVE, ours, "perSecond", "perSecond", null);
        }
        for (Entrant ours : OURS) {
            add(all, HistoryExperiments.FLOOD, ours, "perSecond", "perSecond", null);
        }
        for (String id : List.of(HistoryExperiments.QUERY, HistoryExperiments.QUERY_MILLION)) {
            for (Entrant ours : OURS) {
                add(all, id, ours, "newest", "newest", 3.0);
                add(all, id, ours, "bigNewest", "bigNewest", 3.0);
                add(all, id, ours, "newestBytes", "newest", null);
                add(all, id, ours, "walk", "walk", 2.0);
                add(all, id, ours, "far", "far", null);
                add(all, id, ours, "message", "message", 1.0);
                add(all, id, ours, "chatList", "chatList", null);
            }
        }
    }

    private static void add(
            Adding all, String id, Entrant ours, String ourMetric, String theirMetric, @Nullable Double target) {
        all.add(
                id,
                ours,
                ourMetric,
                PEERS.get(ours),
                theirMetric,
                target == null ? OptionalDouble.empty() : OptionalDouble.of(target));
    }

    /** The targets that are no ratios. */
    static void addTargets(Targets.Adding all) {
        for (Entrant ours : OURS) {
            all.add(HistoryExperiments.FLOOD, ours, "heap", 100);
            all.add(HistoryExperiments.FLOOD, ours, "rss", 100);
            all.add(HistoryExperiments.QUERY, ours, "distinct", 5_000);
        }
    }
}
