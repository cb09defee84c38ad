package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;

/** Backends whose commits, checks and reads are wrong: W01, W02, W03, W15, W20, W21. */
final class BrokenCommits {

    private BrokenCommits() {}

    static List<Breakage> all() {
        return List.of(
                Breakage.of(
                        "W01",
                        "an instance reads from its cache, which only its own commits renew",
                        Cached::new,
                        "W12",
                        "W15"),
                Breakage.of(
                        "W01",
                        "a row that was replaced is its old self after reopening",
                        Forgetful::new,
                        "W04",
                        "W06",
                        "W11",
                        "W14",
                        "W17"),
                Breakage.of("W01", "a key that is asked for twice is not found", TwiceIsNone::new),
                Breakage.of("W02", "deletes are applied although a check fails", DeletesAnyway::new),
                Breakage.of("W02", "a batch is applied in two halves", Halves::new, "W05", "W20"),
                Breakage.of("W02", "get reads one key after another", OneByOne::new, "W20"),
                Breakage.of("W02", "scan reads the keys first and then the values", KeysThenValues::new, "W20"),
                Breakage.of("W02", "the rows before a refused one stay", RowByRow::new, "W05"),
                Breakage.of(
                        "W03",
                        "checks are ignored",
                        b -> checking(b, check -> true, check -> check, true),
                        "W02",
                        "W11",
                        "W15",
                        "W17",
                        "W20"),
                Breakage.of("W03", "a check asks only whether there is a row", Present::new, "W15"),
                Breakage.of("W03", "checks of rows that the batch does not write are skipped", OwnChecks::new, "W17"),
                Breakage.of("W03", "a batch without changes is not looked at", SkipsEmpty::new),
                Breakage.of("W03", "a conflict does not name its row", Nameless::new),
                Breakage.of("W03", "checks compare JSON, not bytes", JsonChecks::new),
                Breakage.of(
                        "W03",
                        "an empty value stands for none",
                        b -> checking(b, check -> false, BrokenCommits::emptyIsAbsent, false)),
                Breakage.of("W03", "the last check is looked at first", LastFirst::new),
                Breakage.of("W15", "checks are looked at before the change, not with it", b -> new CheckThenAct(b)),
                Breakage.of("W15", "checks hold within one instance only", Monitored::new),
                Breakage.of("W20", "credentials that come with keys are dropped", DropsCredentials::new),
                Breakage.of("W20", "keys are committed first and credentials a moment later", KeysFirst::new),
                Breakage.of(
                        "W20", "a check guards the rows of its own family only", OwnFamily::new, "W02", "W03", "W17"),
                Breakage.of("W21", "get hands out the map of its cache", LiveCache::new),
                Breakage.of("W21", "get returns a view of the store", LiveView::new, "W02", "W20"));
    }

    /** Long enough for another thread to look. */
    static void pause() {
        LockSupport.parkNanos(200_000);
    }

    private static Check emptyIsAbsent(Check check) {
        return check.expected().filter(Bytes.EMPTY::equals).isPresent() ? Check.absent(check.key()) : check;
    }

    private static Backend checking(
            Backend backend, Predicate<Check> drop, Function<Check, Check> change, boolean limits) {
        return new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (limits) {
                    traits().requireWithin(batch);
                }
                super.commit(
                        session,
                        new Batch(
                                batch.checks().stream()
                                        .filter(drop.negate())
                                        .map(change)
                                        .toList(),
                                batch.puts(),
                                batch.deletes()));
            }
        };
    }

    private static final class Cached extends ForwardingBackend {
        private final Map<SessionName, Map<Key, Optional<Row>>> cache = new ConcurrentHashMap<>();

        Cached(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Optional<Row>> known = cache.computeIfAbsent(session, s -> new ConcurrentHashMap<>());
            if (!known.keySet().containsAll(keys)) {
                Map<Key, Row> found = super.get(session, keys);
                keys.forEach(key -> known.put(key, Optional.ofNullable(found.get(key))));
                return found;
            }
            super.get(session, keys);
            Map<Key, Row> found = new HashMap<>();
            keys.forEach(key -> known.getOrDefault(key, Optional.empty()).ifPresent(row -> found.put(key, row)));
            return found;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } finally {
                cache.clear();
            }
        }

        @Override
        public void erase(SessionName session, Set<Family> families, List<Check> checks) {
            super.erase(session, families, checks);
            cache.clear();
        }
    }

    private static final class Forgetful extends ForwardingBackend {
        private final Map<SessionName, Map<Key, Row>> first = new ConcurrentHashMap<>();

        Forgetful(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, batch);
            Map<Key, Row> rows = first.computeIfAbsent(session, s -> new ConcurrentHashMap<>());
            batch.puts().forEach(row -> rows.putIfAbsent(row.key(), row));
            batch.deletes().forEach(rows::remove);
        }

        @Override
        public void close() {
            first.forEach((session, rows) -> rows.values().forEach(row -> {
                try {
                    super.get(session, row.key()).ifPresent(now -> super.commit(session, Batch.of(row)));
                } catch (StoreException closedOrDamaged) {
                    rows.remove(row.key());
                }
            }));
            first.clear();
            super.close();
        }
    }

    private static final class TwiceIsNone extends ForwardingBackend {
        TwiceIsNone(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = super.get(session, keys);
            Set<Key> once = new HashSet<>();
            keys.stream().filter(key -> !once.add(key)).forEach(found::remove);
            return found;
        }
    }

    private static final class DeletesAnyway extends ForwardingBackend {
        DeletesAnyway(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (ConflictException conflict) {
                super.commit(session, new Batch(List.of(), List.of(), batch.deletes()));
                throw conflict;
            }
        }
    }

    private static final class Halves extends ForwardingBackend {
        Halves(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            traits().requireWithin(batch);
            int middle = (batch.puts().size() + 1) / 2;
            super.commit(session, new Batch(batch.checks(), batch.puts().subList(0, middle), List.of()));
            if (batch.puts().size() > 1 || !batch.deletes().isEmpty()) {
                pause();
                super.commit(
                        session,
                        new Batch(
                                List.of(),
                                batch.puts().subList(middle, batch.puts().size()),
                                batch.deletes()));
            }
        }
    }

    private static final class OneByOne extends ForwardingBackend {
        OneByOne(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            if (keys.size() > 10) {
                return super.get(session, keys);
            }
            Map<Key, Row> found = new HashMap<>();
            for (Key key : keys) {
                found.putAll(super.get(session, List.of(key)));
                pause();
            }
            return found;
        }
    }

    private static final class KeysThenValues extends ForwardingBackend {
        KeysThenValues(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            Page<Row, Position> page = super.scan(session, scan);
            if (scan.keysOnly() || page.items().size() > 10) {
                return page;
            }
            List<Row> rows = new ArrayList<>();
            for (Row row : page.items()) {
                super.get(session, row.key()).ifPresent(rows::add);
                pause();
            }
            return new Page<>(rows, page.next());
        }
    }

    private static final class RowByRow extends ForwardingBackend {
        RowByRow(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (StoreException refused) {
                if (batch.puts().stream().anyMatch(row -> row.key().id().indexOf('\0') >= 0)) {
                    batch.puts().forEach(row -> super.commit(session, Batch.of(row)));
                }
                throw refused;
            }
        }
    }

    private static final class Present extends ForwardingBackend {
        Present(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            traits().requireWithin(batch);
            List<Check> checks = new ArrayList<>();
            for (Check check : batch.checks()) {
                Optional<Row> now = super.get(session, check.key());
                checks.add(check.expected().isPresent() && now.isPresent() ? Check.unchanged(check.key(), now) : check);
            }
            super.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
        }
    }

    private static final class OwnChecks extends ForwardingBackend {
        OwnChecks(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            traits().requireWithin(batch);
            Set<Key> written = new HashSet<>(batch.deletes());
            batch.puts().forEach(row -> written.add(row.key()));
            super.commit(
                    session,
                    new Batch(
                            batch.checks().stream()
                                    .filter(c -> written.contains(c.key()))
                                    .toList(),
                            batch.puts(),
                            batch.deletes()));
        }
    }

    private static final class SkipsEmpty extends ForwardingBackend {
        SkipsEmpty(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, batch.isEmpty() ? Batch.EMPTY : batch);
        }
    }

    private static final class Nameless extends ForwardingBackend {
        Nameless(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (ConflictException conflict) {
                throw new ConflictException("something is not as expected");
            }
        }
    }

    private static final class JsonChecks extends ForwardingBackend {
        JsonChecks(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            traits().requireWithin(batch);
            List<Check> checks = new ArrayList<>();
            for (Check check : batch.checks()) {
                Optional<Row> now = super.get(session, check.key());
                boolean same = now.isPresent()
                        && check.expected().filter(value -> value.size() > 0).isPresent()
                        && JsonMeaning.of(JsonValue.parse(now.get().value()))
                                .equals(JsonMeaning.of(
                                        JsonValue.parse(check.expected().get())));
                checks.add(same ? Check.unchanged(check.key(), now) : check);
            }
            super.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
        }
    }

    private static final class LastFirst extends ForwardingBackend {
        LastFirst(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, new Batch(OrderRules.reversed(batch.checks()), batch.puts(), batch.deletes()));
        }
    }

    private static class CheckThenAct extends ForwardingBackend {
        CheckThenAct(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            traits().requireWithin(batch);
            for (Check check : batch.checks()) {
                if (!super.get(session, check.key()).map(Row::value).equals(check.expected())) {
                    throw new ConflictException(check.key(), "not as expected");
                }
            }
            if (!batch.checks().isEmpty()) {
                pause();
            }
            super.commit(session, new Batch(List.of(), batch.puts(), batch.deletes()));
        }
    }

    private static final class Monitored extends CheckThenAct {
        Monitored(Backend delegate) {
            super(delegate);
        }

        @Override
        public synchronized void commit(SessionName session, Batch batch) {
            super.commit(session, batch);
        }
    }

    private static final class DropsCredentials extends ForwardingBackend {
        DropsCredentials(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            boolean keys = batch.puts().stream().anyMatch(row -> row.key().family() == Family.KEY);
            super.commit(
                    session,
                    new Batch(
                            batch.checks(),
                            batch.puts().stream()
                                    .filter(row -> !keys || row.key().family() != Family.CREDENTIALS)
                                    .toList(),
                            batch.deletes()));
        }
    }

    private static final class KeysFirst extends ForwardingBackend {
        KeysFirst(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            List<Row> credentials = batch.puts().stream()
                    .filter(row -> row.key().family() == Family.CREDENTIALS)
                    .toList();
            List<Row> others = new ArrayList<>(batch.puts());
            others.removeAll(credentials);
            if (credentials.isEmpty() || others.isEmpty()) {
                super.commit(session, batch);
            } else {
                super.commit(session, new Batch(batch.checks(), others, batch.deletes()));
                pause();
                super.commit(session, new Batch(List.of(), credentials, List.of()));
            }
        }
    }

    private static final class OwnFamily extends ForwardingBackend {
        OwnFamily(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (ConflictException conflict) {
                Family guarded = conflict.key().orElseThrow().family();
                super.commit(
                        session,
                        new Batch(
                                List.of(),
                                batch.puts().stream()
                                        .filter(row -> row.key().family() != guarded)
                                        .toList(),
                                List.of()));
                throw conflict;
            }
        }
    }

    private static final class LiveCache extends ForwardingBackend {
        private Map<Key, Row> handedOut = Map.of();
        private Map<Key, Row> content = Map.of();

        LiveCache(Backend delegate) {
            super(delegate);
        }

        @Override
        public synchronized Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = super.get(session, keys);
            if (found.isEmpty() || !Objects.equals(found, content)) {
                handedOut = found;
                content = Map.copyOf(found);
            }
            return handedOut;
        }
    }

    private static final class LiveView extends ForwardingBackend {
        LiveView(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            super.get(session, keys);
            return new AbstractMap<>() {
                @Override
                public Set<Map.Entry<Key, Row>> entrySet() {
                    return Map.copyOf(LiveView.super.get(session, keys)).entrySet();
                }
            };
        }
    }
}
