package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A backend that is broken so that what stands above it cannot keep one of its rules.
 *
 * @param rule the rule, of the auth store or of leases
 * @param what what is wrong with such a backend
 * @param wrapping puts it in front of a sound one
 */
record StoreBreakage(String rule, String what, UnaryOperator<Backend> wrapping) {

    static StoreBreakage wrapping(String rule, String what, UnaryOperator<Backend> wrapping) {
        return new StoreBreakage(rule, what, wrapping);
    }

    /** Applies another batch than it is given. */
    static StoreBreakage committing(String rule, String what, UnaryOperator<Batch> change) {
        return wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public void commit(SessionName session, Batch batch) {
                super.commit(session, change.apply(batch));
            }
        });
    }

    /** Leaves rows out of what is read. */
    static StoreBreakage reading(String rule, String what, Predicate<Row> hidden) {
        return wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                Map<Key, Row> found = new HashMap<>(super.get(session, keys));
                found.values().removeIf(hidden);
                return found;
            }
        });
    }

    /** Ends each listing with its first page. */
    static StoreBreakage firstPage(String rule) {
        return wrapping(rule, "a listing ends with its first page", b -> new ForwardingBackend(b) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                return Page.last(super.scan(session, scan).items());
            }
        });
    }

    /** Does not delete some rows. */
    static StoreBreakage undeleted(String rule, String what, Predicate<Key> kept) {
        return committing(
                rule,
                what,
                batch -> new Batch(
                        batch.checks(),
                        batch.puts(),
                        batch.deletes().stream().filter(kept.negate()).toList()));
    }

    /** Does not look at some checks. */
    static StoreBreakage unchecked(String rule, String what, Predicate<Check> dropped) {
        return wrapping(rule, what, b -> new ForwardingBackend(b) {
            @Override
            public void commit(SessionName session, Batch batch) {
                super.commit(session, new Batch(kept(batch.checks()), batch.puts(), batch.deletes()));
            }

            @Override
            public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                super.erase(session, families, kept(checks));
            }

            private List<Check> kept(List<Check> checks) {
                return checks.stream().filter(dropped.negate()).toList();
            }
        });
    }

    static Batch puts(Batch batch, UnaryOperator<Row> change) {
        return new Batch(batch.checks(), batch.puts().stream().map(change).toList(), batch.deletes());
    }

    static Batch without(Batch batch, Predicate<Row> dropped) {
        return new Batch(
                batch.checks(), batch.puts().stream().filter(dropped.negate()).toList(), batch.deletes());
    }

    @Override
    public String toString() {
        return rule + " " + what;
    }
}
