package dev.pawl.tck.process;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Has the leases that are taken through it look as if they were taken on another machine. Who uses it does not notice. */
public final class FarAway extends ForwardingBackend {

    private static final String MACHINE = "far-away";
    private static final String BOOT = "00000000-0000-4000-8000-000000000000";

    /** What stands there for others, and what was meant. */
    private final Map<Bytes, Bytes> meant = new ConcurrentHashMap<>();

    /** The same backend, as it looks from another machine. */
    public FarAway(Backend delegate) {
        super(delegate);
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        Map<Key, Row> rows = new HashMap<>(super.get(session, keys));
        rows.replaceAll((key, row) -> isLease(key) ? Row.of(key, meant.getOrDefault(row.value(), row.value())) : row);
        return rows;
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        super.commit(session, new Batch(checks(batch.checks()), puts(batch.puts()), batch.deletes()));
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        super.erase(session, families, checks(checks));
    }

    private static boolean isLease(Key key) {
        return key.family() == Family.LEASE && !key.id().startsWith("node:");
    }

    private List<Check> checks(List<Check> checks) {
        return checks.stream()
                .map(check -> isLease(check.key())
                        ? new Check(check.key(), check.expected().map(this::moved))
                        : check)
                .toList();
    }

    private List<Row> puts(List<Row> puts) {
        return puts.stream()
                .map(row -> isLease(row.key()) ? Row.of(row.key(), moved(row.value())) : row)
                .toList();
    }

    private Bytes moved(Bytes value) {
        LeaseRecord record = LeaseRecord.parse(value);
        Bytes elsewhere = new LeaseRecord(record.state(), record.owner().map(FarAway::moved)).toBytes();
        meant.put(elsewhere, value);
        return elsewhere;
    }

    private static Owner moved(Owner owner) {
        return new Owner(
                owner.token(),
                owner.node(),
                owner.locked(),
                MACHINE,
                owner.process(),
                owner.started(),
                Optional.of(BOOT),
                owner.namespace(),
                owner.since());
    }
}
