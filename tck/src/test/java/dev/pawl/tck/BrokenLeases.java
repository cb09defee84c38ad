package dev.pawl.tck;

import static dev.pawl.tck.StoreBreakage.committing;
import static dev.pawl.tck.StoreBreakage.unchecked;
import static dev.pawl.tck.StoreBreakage.wrapping;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.lease.LeaseRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Backends on which a lease cannot keep one of its rules. Which rules no backend can break says the README of this module. */
final class BrokenLeases {

    private static final Key LEASE = Key.of(Family.LEASE, "auth");

    private BrokenLeases() {}

    static List<StoreBreakage> all() {
        return List.of(
                wrapping("L01", "leases are seen only by who wrote them", Unseen::new),
                committing("L02", "lease rows are never deleted", batch -> keeping(batch, LEASE::equals)),
                wrapping("L02", "deletes are applied although a check fails", DeletesAnyway::new),
                unchecked("L03", "leases are not checked", check -> check.key().equals(LEASE)),
                wrapping("L04", "a beat that was read once is what is always read", FirstBeat::new),
                forgetting("L05", "boot"),
                wrapping("L06", "a check of a row that is gone holds", GoneHolds::new),
                wrapping("L08", "leases expire", Expires::new),
                committing(
                        "L09",
                        "beat rows are never deleted",
                        batch -> keeping(batch, key -> key.id().startsWith("node:"))),
                wrapping("L10", "a lease row is written anew with every commit", Rewrites::new),
                wrapping("L11", "a lease row without an owner is not kept", OwnersOnly::new),
                wrapping("L12", "leases are seen only by who wrote them", Unseen::new),
                wrapping("L13", "a check also holds for what a lease row was before", AnyEarlier::new),
                unchecked(
                        "L14",
                        "nothing checks that there is no lease yet",
                        check -> check.key().equals(LEASE) && check.expected().isEmpty()),
                wrapping("L15", "a lease row that cannot be read is deleted", DropsDamaged::new),
                replacing("L16", "the node of a lease is kept in other words", "\"node\":\"", "\"node\":\"0"),
                committing("L17", "lease rows are never deleted", batch -> keeping(batch, LEASE::equals)),
                wrapping("L17", "deletes are applied although a check fails", DeletesAnyway::new),
                replacing("L18", "whether there was a lock is not kept", "\"locked\":true", "\"locked\":false"));
    }

    private static Batch keeping(Batch batch, Predicate<Key> kept) {
        return new Batch(
                batch.checks(),
                batch.puts(),
                batch.deletes().stream().filter(kept.negate()).toList());
    }

    private static StoreBreakage forgetting(String rule, String member) {
        return replacing(rule, "the " + member + " of a lease is not kept", ",\"" + member + "\":\"[^\"]*\"", "");
    }

    /** Lease rows are kept and compared in these words. */
    private static StoreBreakage replacing(String rule, String what, String pattern, String words) {
        return wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public void commit(SessionName session, Batch batch) {
                super.commit(
                        session,
                        new Batch(
                                checks(batch.checks()),
                                batch.puts().stream()
                                        .map(row -> row.key().family() == Family.LEASE
                                                ? Row.of(row.key(), kept(row.value()))
                                                : row)
                                        .toList(),
                                batch.deletes()));
            }

            @Override
            public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                super.erase(session, families, checks(checks));
            }

            private List<Check> checks(List<Check> checks) {
                return checks.stream()
                        .map(check -> check.key().family() == Family.LEASE
                                ? new Check(check.key(), check.expected().map(this::kept))
                                : check)
                        .toList();
            }

            private Bytes kept(Bytes value) {
                return Bytes.utf8(value.utf8().replaceAll(pattern, words));
            }
        });
    }

    /** An instance that sees no leases but its own, and cannot check for others. */
    private static final class Unseen extends ForwardingBackend {
        private final Set<Bytes> own = ConcurrentHashMap.newKeySet();

        Unseen(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>(super.get(session, keys));
            found.values().removeIf(row -> row.key().equals(LEASE) && !own.contains(row.value()));
            return found;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            List<Check> checks = batch.checks().stream()
                    .filter(check ->
                            !check.key().equals(LEASE) || check.expected().isPresent())
                    .toList();
            super.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
            batch.puts().forEach(row -> own.add(row.value()));
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
            } catch (ConflictException e) {
                super.commit(session, new Batch(List.of(), List.of(), batch.deletes()));
                throw e;
            }
        }
    }

    private static final class FirstBeat extends ForwardingBackend {
        private final Map<Key, Row> seen = new ConcurrentHashMap<>();

        FirstBeat(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = new HashMap<>(super.get(session, keys));
            if (session.equals(SessionName.PAWL)) {
                found.replaceAll((key, row) -> seen.computeIfAbsent(key, k -> row));
            }
            return found;
        }
    }

    private static final class GoneHolds extends ForwardingBackend {
        GoneHolds(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            List<Check> checks = batch.checks().stream()
                    .filter(check -> super.get(session, check.key()).isPresent()
                            || check.expected().isEmpty())
                    .toList();
            super.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
        }
    }

    /** Removes a lease row after it was read some times, as a store does that drops rows after a while. */
    private static final class Expires extends ForwardingBackend {
        private int reads;

        Expires(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            if (keys.contains(LEASE) && ++reads % 5 == 0) {
                super.commit(session, new Batch(List.of(), List.of(), List.of(LEASE)));
            }
            return super.get(session, keys);
        }
    }

    private static final class Rewrites extends ForwardingBackend {
        Rewrites(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, batch);
            if (batch.puts().stream().anyMatch(row -> row.key().family() == Family.KEY)) {
                super.get(session, LEASE)
                        .ifPresent(row -> super.commit(
                                session,
                                Batch.of(Row.of(LEASE, Bytes.utf8(row.value().utf8() + " ")))));
            }
        }
    }

    private static final class OwnersOnly extends ForwardingBackend {
        OwnersOnly(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            List<Row> puts = new ArrayList<>(batch.puts());
            List<Key> deletes = new ArrayList<>(batch.deletes());
            if (puts.removeIf(
                    row -> row.key().equals(LEASE) && !row.value().utf8().contains("\"owner\""))) {
                deletes.add(LEASE);
            }
            super.commit(session, new Batch(batch.checks(), puts, deletes));
        }
    }

    private static final class AnyEarlier extends ForwardingBackend {
        private final Set<Bytes> earlier = ConcurrentHashMap.newKeySet();

        AnyEarlier(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, new Batch(others(batch.checks()), batch.puts(), batch.deletes()));
            batch.puts().stream().filter(row -> row.key().equals(LEASE)).forEach(row -> earlier.add(row.value()));
        }

        @Override
        public void erase(SessionName session, Set<Family> families, List<Check> checks) {
            super.erase(session, families, others(checks));
        }

        private List<Check> others(List<Check> checks) {
            return checks.stream()
                    .filter(check -> !check.key().equals(LEASE)
                            || check.expected().filter(earlier::contains).isEmpty())
                    .toList();
        }
    }

    private static final class DropsDamaged extends ForwardingBackend {
        DropsDamaged(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            super.get(session, List.of(LEASE)).values().stream()
                    .filter(row -> !isLease(row.value()))
                    .forEach(row -> super.commit(session, new Batch(List.of(), List.of(), List.of(LEASE))));
            return super.get(session, keys);
        }

        private static boolean isLease(Bytes value) {
            try {
                LeaseRecord.parse(value);
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
