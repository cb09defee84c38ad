package dev.pawl.tck;

import static dev.pawl.tck.StoreBreakage.committing;
import static dev.pawl.tck.StoreBreakage.puts;
import static dev.pawl.tck.StoreBreakage.reading;
import static dev.pawl.tck.StoreBreakage.unchecked;
import static dev.pawl.tck.StoreBreakage.without;
import static dev.pawl.tck.StoreBreakage.wrapping;

import dev.pawl.auth.KeyType;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Backends on which the auth store cannot keep one of its rules. Which rules no backend can break says the README of this module. */
final class BrokenAuth {

    private BrokenAuth() {}

    static List<StoreBreakage> all() {
        List<StoreBreakage> all = new ArrayList<>();
        all.addAll(ofCredentials());
        all.addAll(ofRecords());
        all.addAll(ofTransactions());
        all.addAll(ofLives());
        return all;
    }

    private static List<StoreBreakage> ofCredentials() {
        return List.of(
                wrapping("A01", "a type is listed that has no keys", EmptyType::new),
                reading(
                        "A02",
                        "credentials that cannot be read are absent",
                        row -> isCredentials(row) && !row.value().utf8().contains("noiseKey")),
                spaceBehind("A03"),
                wrapping("A04", "types that it does not know are not listed", UnknownTypesUnlisted::new),
                unchecked(
                        "A04",
                        "nothing checks that there are no credentials yet",
                        check -> check.key().equals(Key.CREDENTIALS)
                                && check.expected().isEmpty()),
                wrapping("A05", "credentials that are there are not replaced", b -> new Keeps(b, Family.CREDENTIALS)),
                unchecked(
                        "A06",
                        "credentials that were loaded are not checked",
                        check -> check.key().equals(Key.CREDENTIALS)),
                spaceBehind("A07"),
                committing(
                        "A08",
                        "members of the credentials are sorted",
                        batch -> puts(batch, row -> isCredentials(row) ? Row.of(row.key(), sorted(row.value())) : row)),
                wrapping(
                        "A09",
                        "credentials are one commit old when they are read, and not checked",
                        b -> new Behind(b, Family.CREDENTIALS)),
                wrapping("A10", "credentials that are there are not replaced", b -> new Keeps(b, Family.CREDENTIALS)));
    }

    private static StoreBreakage spaceBehind(String rule) {
        return committing(
                rule,
                "credentials are written with a space behind",
                batch -> puts(
                        batch,
                        row -> isCredentials(row)
                                ? Row.of(row.key(), Bytes.utf8(row.value().utf8() + " "))
                                : row));
    }

    private static List<StoreBreakage> ofRecords() {
        return List.of(
                committing(
                        "A11",
                        "values of a known type are lost",
                        batch -> without(batch, row -> row.key().partition().equals("tctoken"))),
                committing(
                        "A12",
                        "numbers are written anew",
                        batch -> puts(
                                batch,
                                row -> row.key().partition().equals("type-of-the-future")
                                        ? Row.of(
                                                row.key(),
                                                Bytes.utf8(row.value().utf8().replace("1.50", "1.5")))
                                        : row)),
                StoreBreakage.undeleted("A13", "keys are never deleted", key -> key.family() == Family.KEY),
                committing(
                        "A14",
                        "values that look empty are dropped",
                        batch -> without(
                                batch, row -> isKey(row) && row.value().utf8().matches("\\{\\}|\\[\\]|\"0\""))),
                committing(
                        "A15",
                        "credentials that come with keys are dropped",
                        batch -> without(
                                batch,
                                row -> isCredentials(row)
                                        && batch.puts().stream().anyMatch(BrokenAuth::isKey))),
                wrapping("A15", "the last row of a batch comes later than the others", LastComesLate::new),
                wrapping("A16", "only the first key of a get is read", b -> new AtMost(b, 1)),
                wrapping("A16", "a key that is not there has the value of another", Invents::new),
                wrapping("A17", "a key that is there is not replaced", b -> new Keeps(b, Family.KEY)),
                StoreBreakage.firstPage("A18"),
                wrapping("A18", "a get reads 500 keys and no more", b -> new AtMost(b, 500)),
                committing(
                        "A19",
                        "ids are cut at a slash",
                        batch -> puts(
                                batch,
                                row -> isKey(row)
                                        ? Row.of(
                                                Key.ofKey(
                                                        row.key().partition(),
                                                        row.key().id().replaceFirst("/.*", "")),
                                                row.value())
                                        : row)),
                reading(
                        "A20",
                        "keys that cannot be read are absent",
                        row -> isKey(row) && row.value().utf8().matches("null|\\{\"private\":\"AAAA\"\\}")),
                wrapping("A21", "what was read is kept until the owner of the lease commits", Caches::new),
                wrapping("A23", "a get reads two keys and no more", b -> new AtMost(b, 2)),
                wrapping("A24", "one commit in a hundred is lost", LosesSome::new),
                wrapping("A25", "the place of a row tells its value", TellingPlace::new));
    }

    private static List<StoreBreakage> ofTransactions() {
        return List.of(
                wrapping("A30", "keys are one commit old when they are read", b -> new Behind(b, Family.KEY)),
                unchecked("A35", "keys are not checked", check -> check.key().family() == Family.KEY),
                unchecked("A37", "keys are not checked", check -> check.key().family() == Family.KEY),
                unchecked("A38", "keys are not checked", check -> check.key().family() == Family.KEY),
                wrapping("A39", "keys are one commit old when they are read", b -> new Behind(b, Family.KEY)),
                unchecked(
                        "A40",
                        "credentials are not checked",
                        check -> check.key().equals(Key.CREDENTIALS)));
    }

    private static List<StoreBreakage> ofLives() {
        return List.of(
                wrapping("A50", "erase forgets the types that it does not know", EraseKeepsUnknown::new),
                wrapping("A51", "erase keeps the credentials", b -> new ForwardingBackend(b) {
                    @Override
                    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                        Set<Family> others = EnumSet.copyOf(families);
                        others.remove(Family.CREDENTIALS);
                        super.erase(session, others, checks);
                    }
                }),
                wrapping("A52", "erase takes the keys with the credentials", b -> new ForwardingBackend(b) {
                    @Override
                    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                        super.erase(session, EnumSet.of(Family.KEY, Family.CREDENTIALS), checks);
                    }
                }),
                wrapping("A53", "who reads is written down as the owner", b -> new ForwardingBackend(b) {
                    @Override
                    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                        Key lease = Key.of(Family.LEASE, "auth");
                        if (keys.contains(Key.CREDENTIALS)
                                && super.get(session, List.of(lease)).isEmpty()) {
                            super.commit(session, Batch.of(Row.of(lease, Bytes.utf8("{\"state\":\"clearing\"}"))));
                        }
                        return super.get(session, keys);
                    }
                }),
                wrapping("A54", "leases are not kept", b -> new ForwardingBackend(b) {
                    @Override
                    public void commit(SessionName session, Batch batch) {
                        Batch unleased = without(batch, row -> row.key().family() == Family.LEASE);
                        super.commit(session, new Batch(others(batch.checks()), unleased.puts(), batch.deletes()));
                    }

                    @Override
                    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                        super.erase(session, families, others(checks));
                    }

                    private static List<Check> others(List<Check> checks) {
                        return checks.stream()
                                .filter(check -> check.key().family() != Family.LEASE)
                                .toList();
                    }
                }),
                unchecked("A55", "leases are not checked", check -> check.key().family() == Family.LEASE),
                wrapping("A57", "all sessions are one", OneSession::new));
    }

    private static boolean isCredentials(Row row) {
        return row.key().equals(Key.CREDENTIALS);
    }

    private static boolean isKey(Row row) {
        return row.key().family() == Family.KEY;
    }

    private static Bytes sorted(Bytes text) {
        Map<String, JsonValue> members = new TreeMap<>();
        JsonObject object = (JsonObject) JsonValue.parse(text);
        object.names().forEach(name -> members.put(name, object.get(name).orElseThrow()));
        JsonObject result = JsonObject.EMPTY;
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            result = result.with(member.getKey(), member.getValue());
        }
        return result.toBytes();
    }

    private static final class EmptyType extends ForwardingBackend {
        EmptyType(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Partition, String> partitions(
                SessionName session, Family family, Optional<String> after, int limit) {
            Page<Partition, String> page = super.partitions(session, family, after, limit);
            return page.items().isEmpty()
                    ? Page.last(List.of(new Partition(KeyType.PRE_KEY.name(), OptionalLong.of(0))))
                    : page;
        }
    }

    private static final class UnknownTypesUnlisted extends ForwardingBackend {
        UnknownTypesUnlisted(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Partition, String> partitions(
                SessionName session, Family family, Optional<String> after, int limit) {
            Page<Partition, String> page = super.partitions(session, family, after, limit);
            List<Partition> known = page.items().stream()
                    .filter(type ->
                            KeyType.known().stream().anyMatch(k -> k.name().equals(type.name())))
                    .toList();
            return new Page<>(known, page.next());
        }
    }

    /** Keeps rows of a family as they were first written. */
    private static final class Keeps extends ForwardingBackend {
        private final Family family;

        Keeps(Backend delegate, Family family) {
            super(delegate);
            this.family = family;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(
                    session,
                    without(
                            batch,
                            row -> row.key().family() == family
                                    && super.get(session, row.key()).isPresent()));
        }
    }

    /** Reads rows of a family as they stood before the last commit that changed them, and does not check them. */
    private static final class Behind extends ForwardingBackend {
        private final Family family;
        private final Map<Key, Optional<Row>> before = new ConcurrentHashMap<>();

        Behind(Backend delegate, Family family) {
            super(delegate);
            this.family = family;
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>(super.get(session, keys));
            for (Key key : keys) {
                Optional<Row> old = before.getOrDefault(key, Optional.empty());
                old.ifPresent(row -> found.put(key, row));
            }
            return found;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            Map<Key, Row> old =
                    super.get(session, batch.puts().stream().map(Row::key).toList());
            List<Check> checks = batch.checks().stream()
                    .filter(check -> check.key().family() != family)
                    .toList();
            super.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
            batch.puts().stream()
                    .filter(row -> row.key().family() == family)
                    .forEach(row -> before.put(row.key(), Optional.ofNullable(old.get(row.key()))));
        }
    }

    /** Applies the last row of a batch with keys only before the next commit. */
    private static final class LastComesLate extends ForwardingBackend {
        private Optional<Row> late = Optional.empty();

        LastComesLate(Backend delegate) {
            super(delegate);
        }

        @Override
        public synchronized void commit(SessionName session, Batch batch) {
            late.ifPresent(row -> super.commit(session, Batch.of(row)));
            late = Optional.empty();
            if (batch.puts().stream().noneMatch(BrokenAuth::isKey)) {
                super.commit(session, batch);
                return;
            }
            List<Row> puts = batch.puts();
            super.commit(session, new Batch(batch.checks(), puts.subList(0, puts.size() - 1), batch.deletes()));
            late = Optional.of(puts.get(puts.size() - 1));
        }
    }

    private static final class AtMost extends ForwardingBackend {
        private final int most;

        AtMost(Backend delegate, int most) {
            super(delegate);
            this.most = most;
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            return super.get(session, keys.stream().limit(most).toList());
        }
    }

    private static final class Invents extends ForwardingBackend {
        Invents(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>(super.get(session, keys));
            Optional<Row> any =
                    found.values().stream().filter(BrokenAuth::isKey).findFirst();
            any.ifPresent(row -> keys.forEach(key -> found.putIfAbsent(key, Row.of(key, row.value()))));
            return found;
        }
    }

    private static final class Caches extends ForwardingBackend {
        private final Map<Key, Optional<Row>> seen = new ConcurrentHashMap<>();

        Caches(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>();
            for (Key key : keys) {
                Optional<Row> row = key.family() == Family.KEY
                        ? seen.computeIfAbsent(key, k -> delegate().get(session, k))
                        : delegate().get(session, key);
                row.ifPresent(there -> found.put(key, there));
            }
            return found;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, batch);
            if (!batch.checks().isEmpty()) {
                seen.clear();
            }
        }
    }

    private static final class LosesSome extends ForwardingBackend {
        private final AtomicInteger commits = new AtomicInteger();

        LosesSome(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            boolean keys = batch.puts().stream().anyMatch(BrokenAuth::isKey);
            if (!keys || commits.incrementAndGet() % 100 != 0) {
                super.commit(session, batch);
            }
        }
    }

    private static final class TellingPlace extends ForwardingBackend {
        TellingPlace(Backend delegate) {
            super(delegate);
        }

        @Override
        public String locate(SessionName session, Key key) {
            return super.get(session, key).map(row -> row.value().utf8()).orElse("nothing");
        }
    }

    private static final class EraseKeepsUnknown extends ForwardingBackend {
        EraseKeepsUnknown(Backend delegate) {
            super(delegate);
        }

        @Override
        public void erase(SessionName session, Set<Family> families, List<Check> checks) {
            List<Row> unknown = super.scan(session, Scan.of(Family.KEY)).items().stream()
                    .filter(row -> row.key().partition().contains("type"))
                    .toList();
            super.erase(session, families, checks);
            if (families.contains(Family.KEY) && !unknown.isEmpty()) {
                super.commit(session, new Batch(checks, unknown, List.of()));
            }
        }
    }
}
