package dev.pawl.tck;

import static dev.pawl.tck.Otherwise.committing;
import static dev.pawl.tck.Otherwise.getting;
import static dev.pawl.tck.Otherwise.scanning;

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
                Breakage.of("W01", "a key that is asked for twice is not found", getting(BrokenCommits::twiceIsNone)),
                Breakage.of(
                        "W02", "deletes are applied although a check fails", committing(BrokenCommits::deletesAnyway)),
                Breakage.of("W02", "a batch is applied in two halves", committing(BrokenCommits::halves), "W05", "W20"),
                Breakage.of("W02", "get reads one key after another", getting(BrokenCommits::oneByOne), "W20"),
                Breakage.of(
                        "W02",
                        "scan reads the keys first and then the values",
                        scanning(BrokenCommits::keysThenValues),
                        "W20"),
                Breakage.of("W02", "the rows before a refused one stay", committing(BrokenCommits::rowByRow), "W05"),
                Breakage.of(
                        "W03",
                        "checks are ignored",
                        b -> checking(b, check -> true, check -> check, true),
                        "W02",
                        "W11",
                        "W15",
                        "W17",
                        "W20"),
                Breakage.of(
                        "W03", "a check asks only whether there is a row", committing(BrokenCommits::present), "W15"),
                Breakage.of(
                        "W03",
                        "checks of rows that the batch does not write are skipped",
                        committing(BrokenCommits::ownChecks),
                        "W17"),
                Breakage.of("W03", "a batch without changes is not looked at", committing(BrokenCommits::skipsEmpty)),
                Breakage.of("W03", "a conflict does not name its row", committing(BrokenCommits::nameless)),
                Breakage.of("W03", "checks compare JSON, not bytes", committing(BrokenCommits::jsonChecks)),
                Breakage.of(
                        "W03",
                        "an empty value stands for none",
                        b -> checking(b, check -> false, BrokenCommits::emptyIsAbsent, false)),
                Breakage.of("W03", "the last check is looked at first", committing(BrokenCommits::lastFirst)),
                Breakage.of("W15", "checks are looked at before the change, not with it", b -> new CheckThenAct(b)),
                Breakage.of("W15", "checks hold within one instance only", Monitored::new),
                Breakage.of(
                        "W20",
                        "credentials that come with keys are dropped",
                        committing(BrokenCommits::dropsCredentials)),
                Breakage.of(
                        "W20",
                        "keys are committed first and credentials a moment later",
                        committing(BrokenCommits::keysFirst)),
                Breakage.of(
                        "W20",
                        "a check guards the rows of its own family only",
                        committing(BrokenCommits::ownFamily),
                        "W02",
                        "W03",
                        "W17"),
                Breakage.of("W21", "get hands out the map of its cache", LiveCache::new),
                Breakage.of("W21", "get returns a view of the store", getting(BrokenCommits::liveView), "W02", "W20"));
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

    private static Map<Key, Row> twiceIsNone(Backend sound, SessionName session, Collection<Key> keys) {
        Map<Key, Row> found = sound.get(session, keys);
        Set<Key> once = new HashSet<>();
        keys.stream().filter(key -> !once.add(key)).forEach(found::remove);
        return found;
    }

    static void deletesAnyway(Backend sound, SessionName session, Batch batch) {
        try {
            sound.commit(session, batch);
        } catch (ConflictException conflict) {
            sound.commit(session, new Batch(List.of(), List.of(), batch.deletes()));
            throw conflict;
        }
    }

    private static void halves(Backend sound, SessionName session, Batch batch) {
        sound.traits().requireWithin(batch);
        int middle = (batch.puts().size() + 1) / 2;
        sound.commit(session, new Batch(batch.checks(), batch.puts().subList(0, middle), List.of()));
        if (batch.puts().size() > 1 || !batch.deletes().isEmpty()) {
            pause();
            sound.commit(
                    session,
                    new Batch(
                            List.of(), batch.puts().subList(middle, batch.puts().size()), batch.deletes()));
        }
    }

    private static Map<Key, Row> oneByOne(Backend sound, SessionName session, Collection<Key> keys) {
        if (keys.size() > 10) {
            return sound.get(session, keys);
        }
        Map<Key, Row> found = new HashMap<>();
        for (Key key : keys) {
            found.putAll(sound.get(session, List.of(key)));
            pause();
        }
        return found;
    }

    private static Page<Row, Position> keysThenValues(Backend sound, SessionName session, Scan scan) {
        Page<Row, Position> page = sound.scan(session, scan);
        if (scan.keysOnly() || page.items().size() > 10) {
            return page;
        }
        List<Row> rows = new ArrayList<>();
        for (Row row : page.items()) {
            sound.get(session, row.key()).ifPresent(rows::add);
            pause();
        }
        return new Page<>(rows, page.next());
    }

    private static void rowByRow(Backend sound, SessionName session, Batch batch) {
        try {
            sound.commit(session, batch);
        } catch (StoreException refused) {
            if (batch.puts().stream().anyMatch(row -> row.key().id().indexOf('\0') >= 0)) {
                batch.puts().forEach(row -> sound.commit(session, Batch.of(row)));
            }
            throw refused;
        }
    }

    private static void present(Backend sound, SessionName session, Batch batch) {
        sound.traits().requireWithin(batch);
        List<Check> checks = new ArrayList<>();
        for (Check check : batch.checks()) {
            Optional<Row> now = sound.get(session, check.key());
            checks.add(check.expected().isPresent() && now.isPresent() ? Check.unchanged(check.key(), now) : check);
        }
        sound.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
    }

    private static void ownChecks(Backend sound, SessionName session, Batch batch) {
        sound.traits().requireWithin(batch);
        Set<Key> written = new HashSet<>(batch.deletes());
        batch.puts().forEach(row -> written.add(row.key()));
        sound.commit(
                session,
                new Batch(
                        batch.checks().stream()
                                .filter(c -> written.contains(c.key()))
                                .toList(),
                        batch.puts(),
                        batch.deletes()));
    }

    private static void skipsEmpty(Backend sound, SessionName session, Batch batch) {
        sound.commit(session, batch.isEmpty() ? Batch.EMPTY : batch);
    }

    private static void nameless(Backend sound, SessionName session, Batch batch) {
        try {
            sound.commit(session, batch);
        } catch (ConflictException conflict) {
            throw new ConflictException("something is not as expected");
        }
    }

    private static void jsonChecks(Backend sound, SessionName session, Batch batch) {
        sound.traits().requireWithin(batch);
        List<Check> checks = new ArrayList<>();
        for (Check check : batch.checks()) {
            Optional<Row> now = sound.get(session, check.key());
            boolean same = now.isPresent()
                    && check.expected().filter(value -> value.size() > 0).isPresent()
                    && JsonMeaning.of(JsonValue.parse(now.get().value()))
                            .equals(JsonMeaning.of(
                                    JsonValue.parse(check.expected().get())));
            checks.add(same ? Check.unchanged(check.key(), now) : check);
        }
        sound.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
    }

    private static void lastFirst(Backend sound, SessionName session, Batch batch) {
        sound.commit(session, new Batch(OrderRules.reversed(batch.checks()), batch.puts(), batch.deletes()));
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
                Thread.yield();
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

    private static void dropsCredentials(Backend sound, SessionName session, Batch batch) {
        boolean keys = batch.puts().stream().anyMatch(row -> row.key().family() == Family.KEY);
        sound.commit(
                session,
                new Batch(
                        batch.checks(),
                        batch.puts().stream()
                                .filter(row -> !keys || row.key().family() != Family.CREDENTIALS)
                                .toList(),
                        batch.deletes()));
    }

    private static void keysFirst(Backend sound, SessionName session, Batch batch) {
        List<Row> credentials = batch.puts().stream()
                .filter(row -> row.key().family() == Family.CREDENTIALS)
                .toList();
        List<Row> others = new ArrayList<>(batch.puts());
        others.removeAll(credentials);
        if (credentials.isEmpty() || others.isEmpty()) {
            sound.commit(session, batch);
        } else {
            sound.commit(session, new Batch(batch.checks(), others, batch.deletes()));
            pause();
            sound.commit(session, new Batch(List.of(), credentials, List.of()));
        }
    }

    private static void ownFamily(Backend sound, SessionName session, Batch batch) {
        try {
            sound.commit(session, batch);
        } catch (ConflictException conflict) {
            Family guarded = conflict.key().orElseThrow().family();
            sound.commit(
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

    private static Map<Key, Row> liveView(Backend sound, SessionName session, Collection<Key> keys) {
        sound.get(session, keys);
        return new AbstractMap<>() {
            @Override
            public Set<Map.Entry<Key, Row>> entrySet() {
                return Map.copyOf(sound.get(session, keys)).entrySet();
            }
        };
    }
}
