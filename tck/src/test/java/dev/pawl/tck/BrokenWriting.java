package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Backends on which a history cannot become what its rules say. */
final class BrokenWriting {

    private BrokenWriting() {}

    static List<StoreBreakage> all() {
        return Stream.of(examples(), identities(), asides(), removals(), addresses())
                .flatMap(List::stream)
                .toList();
    }

    private static List<StoreBreakage> examples() {
        return List.of(
                StoreBreakage.committing(
                        "M01",
                        "members of a message are kept in another order",
                        batch -> StoreBreakage.puts(batch, row -> isMessage(row) ? sorted(row) : row)),
                StoreBreakage.committing(
                        "M01",
                        "places are kept to ten seconds",
                        batch -> StoreBreakage.puts(
                                batch,
                                row -> isMessage(row)
                                        ? new Row(row.key(), row.order() / 10 * 10, row.value(), row.facets())
                                        : row)),
                StoreBreakage.committing("M02", "a commit keeps the first two rows", batch -> cut(batch, 2)),
                StoreBreakage.wrapping("M03", "what was read once and not written is forgotten", Forgets::new),
                StoreBreakage.wrapping("M04", "what was read once and not written is forgotten", Forgets::new),
                StoreBreakage.reading(
                        "M05",
                        "nothing is found of who is known by a LID",
                        row -> row.key().partition().endsWith("@lid")));
    }

    private static List<StoreBreakage> identities() {
        return List.of(
                StoreBreakage.reading("M06", "no message is found", BrokenWriting::isMessage),
                StoreBreakage.wrapping("M07", "leases are not kept", Unowned::new),
                StoreBreakage.reading(
                        "M10",
                        "the first author only is known",
                        row -> row.key().id().contains("|0|")),
                StoreBreakage.wrapping("M11", "ids that differ in case are one", FoldsCase::new),
                BrokenReading.deleting(
                        "M12",
                        "no message is deleted",
                        keys -> keys.stream()
                                .filter(key -> key.family() != Family.MESSAGE)
                                .toList()),
                BrokenReading.hiding(
                        "M12",
                        "the second address is not listed",
                        row -> row.key().partition().equals(MessageFixture.BUDI)),
                BrokenReading.hiding(
                        "M13", "no pair is listed", row -> row.key().family() == Family.ALIAS));
    }

    private static List<StoreBreakage> asides() {
        return List.of(
                BrokenReading.hiding("M14", "what waits is not listed", BrokenWriting::isAside),
                StoreBreakage.reading("M14", "what waits is not found", BrokenWriting::isAside),
                StoreBreakage.reading("M15", "what waits is not found", BrokenWriting::isAside),
                BrokenReading.deleting(
                        "M15",
                        "what waited stays",
                        keys -> keys.stream()
                                .filter(key -> key.family() != Family.SET_ASIDE)
                                .toList()),
                StoreBreakage.wrapping("M16", "what is set aside stands once for each time", Doubles::new),
                StoreBreakage.committing(
                        "M16", "nothing is set aside", batch -> StoreBreakage.without(batch, BrokenWriting::isAside)),
                BrokenReading.paging("M17", "a page is the last", page -> Page.last(page.items())),
                BrokenReading.paging(
                        "M17",
                        "the first of several rows of a page is lost",
                        page -> new Page<>(
                                page.items().size() < 2
                                        ? page.items()
                                        : page.items().subList(1, page.items().size()),
                                page.next())));
    }

    private static List<StoreBreakage> removals() {
        return List.of(
                StoreBreakage.wrapping(
                        "M18", "clearing leaves who is who", b -> new Erases(b, EnumSet.of(Family.ALIAS), Set.of())),
                StoreBreakage.wrapping(
                        "M18",
                        "clearing takes the credentials",
                        b -> new Erases(b, Set.of(), EnumSet.of(Family.CREDENTIALS))),
                BrokenReading.deleting(
                        "M19",
                        "timers stay",
                        keys -> keys.stream()
                                .filter(key -> key.family() != Family.EXPIRY)
                                .toList()),
                BrokenReading.deleting(
                        "M19",
                        "chats stay",
                        keys -> keys.stream()
                                .filter(key -> key.family() != Family.CHAT)
                                .toList()),
                StoreBreakage.committing("M20", "a commit keeps the first 2,900 rows", batch -> cut(batch, 2900)),
                StoreBreakage.wrapping("M21", "all sessions are one, but for their leases", OneSession::new),
                StoreBreakage.wrapping("M21", "clearing one session clears the other", b -> new ForwardingBackend(b) {
                    @Override
                    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                        super.erase(session, families, checks);
                        super.erase(SessionName.DEFAULT, families, List.of());
                    }
                }),
                StoreBreakage.wrapping("M22", "one commit of a message in ten is lost", LosesSome::new));
    }

    private static List<StoreBreakage> addresses() {
        Stream<StoreBreakage> removing = Stream.of("M23", "M24", "M25", "M26", "M28")
                .map(rule -> BrokenReading.deleting(
                        rule,
                        "no message is deleted",
                        keys -> keys.stream()
                                .filter(key -> key.family() != Family.MESSAGE)
                                .toList()));
        return Stream.concat(
                        removing,
                        Stream.of(StoreBreakage.committing(
                                "M27", "a commit keeps the first two rows", batch -> cut(batch, 2))))
                .toList();
    }

    private static boolean isMessage(Row row) {
        return row.key().family() == Family.MESSAGE;
    }

    private static boolean isAside(Row row) {
        return row.key().family() == Family.SET_ASIDE;
    }

    private static Batch cut(Batch batch, int most) {
        return new Batch(batch.checks(), batch.puts().stream().limit(most).toList(), batch.deletes());
    }

    private static Row sorted(Row row) {
        JsonObject object = (JsonObject) JsonValue.parse(row.value());
        Map<String, JsonValue> members = new TreeMap<>();
        object.names().forEach(name -> members.put(name, object.get(name).orElseThrow()));
        JsonObject sorted = JsonObject.EMPTY;
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            sorted = sorted.with(member.getKey(), member.getValue());
        }
        return new Row(row.key(), row.order(), sorted.toBytes(), row.facets());
    }

    /** Finds a message once after it was written, and no more until it is written again. */
    private static final class Forgets extends ForwardingBackend {
        private final Map<String, Integer> reads = new ConcurrentHashMap<>();

        Forgets(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>(super.get(session, keys));
            found.values().removeIf(row -> isMessage(row) && reads.merge(name(session, row), 1, Integer::sum) > 1);
            return found;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, batch);
            batch.puts().forEach(row -> reads.remove(name(session, row)));
        }

        private static String name(SessionName session, Row row) {
            return session.name() + " " + row.key();
        }
    }

    /** Keeps no leases and looks at none. */
    private static final class Unowned extends ForwardingBackend {
        private static final Predicate<Row> LEASE = row -> row.key().family() == Family.LEASE;

        Unowned(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            Batch unleased = StoreBreakage.without(batch, LEASE);
            List<Check> checks = batch.checks().stream()
                    .filter(check -> check.key().family() != Family.LEASE)
                    .toList();
            super.commit(session, new Batch(checks, unleased.puts(), batch.deletes()));
        }
    }

    /** Takes an id in capitals for the same in small letters. */
    private static final class FoldsCase extends ForwardingBackend {
        FoldsCase(Backend delegate) {
            super(delegate);
        }

        private static Key folded(Key key) {
            return key.family() == Family.MESSAGE
                    ? new Key(key.family(), key.partition(), key.id().toLowerCase(Locale.ROOT))
                    : key;
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>();
            for (Key key : keys) {
                delegate()
                        .get(session, folded(key))
                        .ifPresent(row -> found.put(key, new Row(key, row.order(), row.value(), row.facets())));
            }
            return found;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            Map<Key, Row> puts = new HashMap<>();
            batch.puts()
                    .forEach(row -> puts.put(
                            folded(row.key()), new Row(folded(row.key()), row.order(), row.value(), row.facets())));
            List<Check> checks = batch.checks().stream()
                    .filter(check -> check.key().family() != Family.MESSAGE)
                    .toList();
            super.commit(session, new Batch(checks, List.copyOf(puts.values()), batch.deletes()));
        }
    }

    /** Keeps what is set aside under another name each time, as if it had come for the first time. */
    private static final class Doubles extends ForwardingBackend {
        private final AtomicInteger number = new AtomicInteger();

        Doubles(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, StoreBreakage.puts(batch, row -> isAside(row) ? renamed(row) : row));
        }

        private Row renamed(Row row) {
            String id = row.key().id() + number.incrementAndGet();
            return new Row(
                    new Key(Family.SET_ASIDE, row.key().partition(), id), row.order(), row.value(), row.facets());
        }
    }

    /** Erases other families than it is told. */
    private static final class Erases extends ForwardingBackend {
        private final Set<Family> less;
        private final Set<Family> more;

        Erases(Backend delegate, Set<Family> less, Set<Family> more) {
            super(delegate);
            this.less = Set.copyOf(less);
            this.more = Set.copyOf(more);
        }

        @Override
        public void erase(SessionName session, Set<Family> families, List<Check> checks) {
            Set<Family> others = EnumSet.copyOf(families);
            others.removeAll(less);
            others.addAll(more);
            super.erase(session, others, checks);
        }
    }

    private static final class LosesSome extends ForwardingBackend {
        private final AtomicInteger commits = new AtomicInteger();

        LosesSome(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            boolean lost =
                    batch.puts().stream().anyMatch(BrokenWriting::isMessage) && commits.incrementAndGet() % 10 == 0;
            super.commit(session, lost ? new Batch(batch.checks(), List.of(), List.of()) : batch);
        }
    }
}
