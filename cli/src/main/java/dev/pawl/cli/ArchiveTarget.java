package dev.pawl.cli;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
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

/** Puts the rows of an archive into a session that has none of their part, under the lease of each part. */
final class ArchiveTarget implements AutoCloseable {

    /** Ratchets turn forward: an old one that comes back uses keys of messages again. */
    private static final Set<String> RATCHETS = Set.of("session", "sender-key");

    /** Of each batch for the check of the lease. */
    private static final int LEASE_BYTES = 2 << 10;

    private static final int ROWS = 500;

    private final Store store;
    private final TakeOver takeOver;
    private final boolean withRatchets;
    private final Map<Part, Lease> leases = new EnumMap<>(Part.class);
    private final Map<String, Long> leftOut = new TreeMap<>();
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
            lease(part).commit(new Batch(List.of(), batch, List.of()));
            stored += batch.size();
            batch.clear();
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
        Lease lease = takeOver.request(store, part.lease()).acquire();
        leases.put(part, lease);
        Set<Family> held = held(part);
        if (lease.record().state() instanceof LeaseState.Clearing) {
            lease.clear(held);
        }
        for (Family family : held) {
            Scan first = Scan.of(family).limit(1).withoutValues();
            if (!store.backend().scan(store.session(), first).items().isEmpty()) {
                throw new ConflictException(Plain.line(store.locator().toString()) + " has "
                        + MigrationText.family(family)
                        + " already, and importing merges nothing: erase them first, or use another session");
            }
        }
        return lease;
    }

    @Override
    public void close() {
        leases.values().forEach(Lease::close);
    }
}
