package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Backends on which jobs cannot keep one of their rules. */
final class BrokenJobs {

    private static final long DAYS = JobFixture.START.toEpochMilli() + 24L * 24 * 3_600_000;

    private BrokenJobs() {}

    static List<StoreBreakage> all() {
        return Stream.of(scheduling(), reading(), changing(), claiming(), running(), broadcasting())
                .flatMap(List::stream)
                .toList();
    }

    private static List<StoreBreakage> scheduling() {
        return List.of(
                orders("J01", "times are kept in seconds", key -> true, order -> order / 1000 * 1000),
                StoreBreakage.unchecked("J02", "what must be absent may be there", BrokenJobs::isAbsence),
                texts("J03", "message ids are written in small letters", text -> text.replace("3EB0", "3eb0")),
                StoreBreakage.unchecked("J04", "jobs are not checked", check -> isJob(check.key())),
                members("J05", "members that are not ours are dropped", json -> json.without("more")),
                StoreBreakage.wrapping("J06", "all sessions are one", OneSession::new),
                StoreBreakage.wrapping("J42", "it takes half of what it says", TakesHalf::new));
    }

    private static List<StoreBreakage> reading() {
        return List.of(
                StoreBreakage.firstPage("J07"),
                StoreBreakage.reading("J08", "jobs that are done are not found", in("done")),
                StoreBreakage.wrapping("J09", "one too many is counted", CountsMore::new),
                StoreBreakage.reading("J10", "what is no JSON is not there", row -> isJob(row.key()) && !isJson(row)));
    }

    private static List<StoreBreakage> changing() {
        return List.of(
                undeleted("J11", "what waited is still there after it has moved", "waiting"),
                StoreBreakage.committing(
                        "J12",
                        "the mark of a cancelled job is lost",
                        batch -> StoreBreakage.without(
                                batch, row -> row.value().utf8().contains("\"cancel\":true"))),
                StoreBreakage.reading("J13", "jobs that are done are not found", in("done")),
                StoreBreakage.wrapping("J14", "a row keeps the place it had first", KeepsOrder::new),
                orders("J15", "what waits is due a minute late", key -> isIn(key, "waiting"), order -> order + 60_000),
                StoreBreakage.wrapping("J16", "a listing has no upper end", NoUpperBound::new),
                StoreBreakage.unchecked(
                        "J17", "leases are not checked", check -> check.key().family() == Family.LEASE));
    }

    private static List<StoreBreakage> claiming() {
        return List.of(
                StoreBreakage.unchecked("J20", "jobs are not checked", check -> isJob(check.key())),
                StoreBreakage.committing(
                        "J21", "what is done is lost", batch -> StoreBreakage.without(batch, in("done"))),
                StoreBreakage.wrapping("J24", "beats go on for ever", BeatsOn::new),
                StoreBreakage.wrapping("J25", "beats are not seen", NoBeats::new),
                StoreBreakage.unchecked(
                        "J26", "what is claimed is not checked", check -> isIn(check.key(), "claimed")));
    }

    private static List<StoreBreakage> running() {
        return List.of(
                orders("J18", "times beyond 24 days are not kept", key -> true, order -> Math.min(order, DAYS)),
                StoreBreakage.wrapping("J19", "a page is turned round", Reversed::new),
                members("J22", "errors are dropped", json -> without(json, "lastError")),
                members("J23", "reasons are dropped", json -> without(json, "reason")),
                members("J29", "how late a job may be is dropped", json -> without(json, "skipAfter")),
                members("J30", "recurrences are dropped", json -> without(json, "recurrence")),
                StoreBreakage.wrapping("J32", "all sessions are one", OneSession::new));
    }

    private static List<StoreBreakage> broadcasting() {
        return List.of(
                StoreBreakage.unchecked("J33", "what must be absent may be there", BrokenJobs::isAbsence),
                orders("J35", "what waits is due at once", key -> isIn(key, "waiting"), order -> 0),
                StoreBreakage.wrapping("J36", "a broadcast stays as it was first", KeepsBroadcasts::new),
                undeleted("J37", "what waited is still there after it has moved", "waiting"),
                StoreBreakage.wrapping("J38", "a queue is read from its end", QueuesBackwards::new),
                undeleted("J39", "what was queued is still there after it has moved", "broadcast:b"),
                orders("J40", "a queue has no order", key -> key.partition().startsWith("broadcast:"), order -> 0),
                StoreBreakage.reading("J41", "broadcasts are not found", in("broadcast")));
    }

    private static boolean isJob(Key key) {
        return key.family() == Family.JOB;
    }

    private static boolean isIn(Key key, String partition) {
        return isJob(key) && key.partition().equals(partition);
    }

    private static Predicate<Row> in(String partition) {
        return row -> isIn(row.key(), partition);
    }

    private static boolean isAbsence(Check check) {
        return isJob(check.key()) && check.expected().isEmpty();
    }

    private static boolean isJson(Row row) {
        try {
            return JsonValue.parse(row.value()) instanceof JsonObject;
        } catch (JsonException e) {
            return false;
        }
    }

    private static StoreBreakage rows(String rule, String what, UnaryOperator<Row> change) {
        return StoreBreakage.committing(
                rule, what, batch -> StoreBreakage.puts(batch, row -> isJob(row.key()) ? change.apply(row) : row));
    }

    private static StoreBreakage orders(String rule, String what, Predicate<Key> which, LongUnaryOperator change) {
        return rows(
                rule,
                what,
                row -> which.test(row.key()) ? Row.of(row.key(), change.applyAsLong(row.order()), row.value()) : row);
    }

    private static StoreBreakage texts(String rule, String what, UnaryOperator<String> change) {
        return rows(
                rule,
                what,
                row -> Row.of(
                        row.key(),
                        row.order(),
                        Bytes.utf8(change.apply(row.value().utf8()))));
    }

    private static StoreBreakage members(String rule, String what, UnaryOperator<JsonObject> change) {
        return texts(rule, what, text -> {
            try {
                return JsonValue.parse(text) instanceof JsonObject json
                        ? change.apply(json).toText()
                        : text;
            } catch (JsonException e) {
                return text;
            }
        });
    }

    private static JsonObject without(JsonObject json, String name) {
        return json.get("pawl").orElse(JsonObject.EMPTY) instanceof JsonObject ours
                        && ours.get(name).isPresent()
                ? json.with("pawl", ours.without(name))
                : json;
    }

    private static StoreBreakage undeleted(String rule, String what, String partition) {
        return StoreBreakage.undeleted(rule, what, key -> isIn(key, partition));
    }

    /** Of what a batch may carry, which here is as much as the test writes at most. */
    private static final class TakesHalf extends ForwardingBackend {
        private static final long BYTES = 16L << 20;

        TakesHalf(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            if (batch.bytes() > BYTES + BYTES / 2) {
                throw new UnsupportedException("a batch of " + batch.bytes() + " bytes");
            }
            super.commit(session, batch);
        }
    }

    private static final class CountsMore extends ForwardingBackend {
        CountsMore(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Partition, String> partitions(
                SessionName session, Family family, Optional<String> after, int limit) {
            Page<Partition, String> page = super.partitions(session, family, after, limit);
            return new Page<>(
                    page.items().stream()
                            .map(partition -> new Partition(
                                    partition.name(),
                                    OptionalLong.of(partition.rows().orElse(0) + 1)))
                            .toList(),
                    page.next());
        }
    }

    private static final class KeepsOrder extends ForwardingBackend {
        KeepsOrder(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            List<Row> puts = batch.puts().stream()
                    .map(row -> delegate()
                            .get(session, row.key())
                            .map(old -> Row.of(row.key(), old.order(), row.value()))
                            .orElse(row))
                    .toList();
            super.commit(session, new Batch(batch.checks(), puts, batch.deletes()));
        }
    }

    private static final class KeepsBroadcasts extends ForwardingBackend {
        KeepsBroadcasts(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            List<Row> puts = batch.puts().stream()
                    .filter(row ->
                            !isIn(row.key(), "broadcast") || row.value().utf8().contains("\"sent\":0"))
                    .toList();
            super.commit(session, new Batch(batch.checks(), puts, batch.deletes()));
        }
    }

    private static final class NoUpperBound extends ForwardingBackend {
        NoUpperBound(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            return super.scan(
                    session,
                    new Scan(
                            scan.family(),
                            scan.partition(),
                            scan.lower(),
                            Optional.empty(),
                            scan.backwards(),
                            scan.limit(),
                            scan.keysOnly()));
        }
    }

    private static final class Reversed extends ForwardingBackend {
        Reversed(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            Page<Row, Position> page = super.scan(session, scan);
            List<Row> rows = new ArrayList<>(page.items());
            Collections.reverse(rows);
            return new Page<>(rows, page.next());
        }
    }

    private static final class QueuesBackwards extends ForwardingBackend {
        QueuesBackwards(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            boolean queue = scan.partition()
                    .filter(partition -> partition.startsWith("broadcast:"))
                    .isPresent();
            return super.scan(session, queue ? scan.descending() : scan);
        }
    }

    /** Every look at a beat row sees another beat. */
    private static final class BeatsOn extends ForwardingBackend {
        private final AtomicLong beats = new AtomicLong();

        BeatsOn(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>(super.get(session, keys));
            if (session.equals(SessionName.PAWL)) {
                keys.forEach(key ->
                        found.put(key, Row.of(key, Bytes.utf8("{\"beat\":" + beats.incrementAndGet() + "}"))));
            }
            return found;
        }
    }

    private static final class NoBeats extends ForwardingBackend {
        NoBeats(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            return session.equals(SessionName.PAWL) ? Map.of() : super.get(session, keys);
        }
    }
}
