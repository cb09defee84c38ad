package dev.pawl.cli;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Traits;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import dev.pawl.message.HistoryFacets;
import dev.pawl.migrate.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts the rows of an archive into a session that has none of their part, under the lease of each part.
 *
 * <p>From the first row to the last the parts are marked as the unfinished target of a migration: no client opens what
 * an interrupted import left, and the next one begins it anew.
 */
final class ArchiveTarget implements AutoCloseable {

    /** Where the marks say that the rows come from. Which archive it was does not matter: what it left is erased. */
    private static final LeaseState.Migrating MARK = new LeaseState.Migrating("an archive");

    /** Ratchets turn forward: an old one that comes back uses keys of messages again. */
    private static final Set<String> RATCHETS = Set.of("session", "sender-key");

    /** Of each batch for the check of the lease. */
    private static final int LEASE_BYTES = 2 << 10;

    private static final int ROWS = 500;

    private final Store store;
    private final TakeOver takeOver;
    private final boolean withRatchets;
    private final Map<Part, Lease> leases = new EnumMap<>(Part.class);

    /** Parts that hold rows although nobody marked them: an import may have ended between its last two steps. */
    private final Set<Part> occupied = EnumSet.noneOf(Part.class);

    private final Map<String, Long> leftOut = new TreeMap<>();
    private boolean begun;
    private long stored;

    ArchiveTarget(Store store, TakeOver takeOver, boolean withRatchets) {
        this.store = store;
        this.takeOver = takeOver;
        this.withRatchets = withRatchets;
    }

    /** How many rows were stored. */
    long stored() {
        return stored;
    }

    /** How many rows were not, by why. */
    Map<String, Long> leftOut() {
        return leftOut;
    }

    /**
     * Becomes the owner of these parts, and checks that there is nothing in any of them, before anything is stored.
     *
     * @throws ConflictException when there is
     */
    void prepare(Set<Part> parts) {
        parts.stream().filter(part -> !held(part).isEmpty()).forEach(this::lease);
        boolean goingOn = leases.values().stream()
                .anyMatch(lease -> lease.record().state().equals(MARK));
        if (!goingOn) {
            occupied.forEach(this::refuse);
        }
    }

    /** Everything is stored: the session may be used. The marks go in the order of the parts, that of the device last. */
    void finish() {
        begin();
        leases.forEach((part, lease) -> {
            if (!occupied.contains(part)) {
                lease.mark(LeaseState.HELD);
            }
        });
    }

    /** Marks all parts before the first row of any of them, and erases what an interrupted import left. */
    private void begin() {
        if (!begun) {
            begun = true;
            leases.forEach(this::begin);
        }
    }

    private void begin(Part part, Lease lease) {
        if (lease.record().state().equals(MARK)) {
            lease.erase(held(part));
        } else if (!occupied.contains(part)) {
            lease.mark(MARK);
        }
    }

    private Set<Family> held(Part part) {
        Set<Family> held = EnumSet.copyOf(part.families());
        held.retainAll(store.backend().traits().families());
        return held;
    }

    /** Stores rows in their order. */
    void put(List<Row> rows) {
        Part part = Part.AUTH;
        List<Row> batch = new ArrayList<>();
        long bytes = 0;
        Traits.Limits limits = store.backend().traits().limits();
        for (Row row : rows) {
            if (!isWanted(row)) {
                continue;
            }
            Part own = part(row.key().family());
            boolean full = batch.size() >= Math.min(ROWS, limits.rows() - 1)
                    || bytes + row.value().size() > limits.bytes() - LEASE_BYTES;
            if (own != part || full) {
                commit(part, batch);
                bytes = 0;
            }
            part = own;
            batch.add(HistoryFacets.of(row));
            bytes += row.value().size();
        }
        commit(part, batch);
    }

    private void commit(Part part, List<Row> batch) {
        if (!batch.isEmpty()) {
            Lease lease = lease(part);
            begin();
            if (occupied.contains(part)) {
                requireThere(part, batch);
            } else {
                lease.commit(new Batch(List.of(), batch, List.of()));
            }
            stored += batch.size();
            batch.clear();
        }
    }

    private void requireThere(Part part, List<Row> batch) {
        Map<Key, Row> there = store.backend()
                .get(store.session(), batch.stream().map(Row::key).toList());
        for (Row row : batch) {
            Row same = there.get(row.key());
            if (same == null || same.order() != row.order() || !same.value().equals(row.value())) {
                refuse(part);
            }
        }
    }

    private boolean isWanted(Row row) {
        Family family = row.key().family();
        if (!store.backend().traits().families().contains(family)) {
            leftOut.merge(MigrationText.family(family) + ": this store does not hold them", 1L, Long::sum);
            return false;
        }
        String type = row.key().partition();
        if (family == Family.KEY && RATCHETS.contains(type) && !withRatchets) {
            leftOut.merge(type + ": an old one may break the conversation; --with-ratchets takes them", 1L, Long::sum);
            return false;
        }
        return true;
    }

    private static Part part(Family family) {
        return Arrays.stream(Part.values())
                .filter(part -> part.families().contains(family))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nobody owns " + family));
    }

    private Lease lease(Part part) {
        Lease known = leases.get(part);
        if (known != null) {
            return known;
        }
        Lease lease =
                takeOver.request(store, part.lease()).resuming(MARK.source()).acquire();
        leases.put(part, lease);
        if (lease.record().state() instanceof LeaseState.Clearing) {
            lease.clear(held(part));
        }
        if (!lease.record().state().equals(MARK) && store.hasRows(part.families())) {
            occupied.add(part);
        }
        if (begun) {
            begin(part, lease);
        }
        return lease;
    }

    private void refuse(Part part) {
        List<String> there = held(part).stream()
                .filter(family -> store.hasRows(Set.of(family)))
                .map(MigrationText::family)
                .toList();
        throw new ConflictException(Plain.line(store.locator().toString()) + " has " + String.join(", ", there)
                + " already, and importing merges nothing: erase them first, or use another session");
    }

    @Override
    public void close() {
        leases.values().forEach(Lease::close);
    }
}
