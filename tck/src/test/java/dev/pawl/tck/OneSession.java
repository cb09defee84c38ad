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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A backend on which all sessions are one, but for their leases. */
final class OneSession extends ForwardingBackend {
    OneSession(Backend delegate) {
        super(delegate);
    }

    private static SessionName rows(SessionName session) {
        return session.equals(SessionName.PAWL) ? session : SessionName.DEFAULT;
    }

    private static Key own(SessionName session, Key key) {
        return key.family() == Family.LEASE && !session.equals(SessionName.PAWL)
                ? Key.of(Family.LEASE, key.id() + "@" + session)
                : key;
    }

    private static List<Check> own(SessionName session, List<Check> checks) {
        return checks.stream()
                .map(check -> new Check(own(session, check.key()), check.expected()))
                .toList();
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        Map<Key, Row> found = new HashMap<>();
        for (Key key : keys) {
            super.get(rows(session), List.of(own(session, key)))
                    .values()
                    .forEach(row -> found.put(key, Row.of(key, row.order(), row.value())));
        }
        return found;
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        return super.scan(rows(session), scan);
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return super.partitions(rows(session), family, after, limit);
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        super.commit(
                rows(session),
                new Batch(
                        own(session, batch.checks()),
                        batch.puts().stream()
                                .map(row -> Row.of(own(session, row.key()), row.order(), row.value()))
                                .toList(),
                        batch.deletes().stream().map(key -> own(session, key)).toList()));
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        super.erase(rows(session), families, own(session, checks));
    }
}
