package dev.pawl.backend;

import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Keeps every family of any number of sessions in this process: the reference that other backends are compared with, and the store for tests and for data that may be lost.
 *
 * <p><b>Durability.</b> None. <b>Thread-safety.</b> One lock for readers and writers; nothing blocks for long.
 */
public final class MemoryBackend implements Backend {

    private final String name = "memory:" + UUID.randomUUID();
    private final Traits traits = new Traits(
            EnumSet.allOf(Family.class), Durability.NONE, Traits.Limits.NONE, true, EnumSet.allOf(Family.class));
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final NavigableMap<SessionName, Rows> sessions = new TreeMap<>();
    private boolean closed;

    /** The rows of one session, by key and in order. */
    private static final class Rows {
        private final Map<Key, Row> byKey = new HashMap<>();
        private final Map<Family, NavigableMap<Position, Row>> inOrder = new HashMap<>();
        private final Map<Family, NavigableMap<String, NavigableMap<Position, Row>>> partitions = new HashMap<>();

        void put(Row row) {
            remove(row.key());
            byKey.put(row.key(), row);
            Family family = row.key().family();
            inOrder.computeIfAbsent(family, f -> new TreeMap<>()).put(row.position(), row);
            partitions
                    .computeIfAbsent(family, f -> new TreeMap<>(Key.BYTE_ORDER))
                    .computeIfAbsent(row.key().partition(), p -> new TreeMap<>())
                    .put(row.position(), row);
        }

        void remove(Key key) {
            Row row = byKey.remove(key);
            if (row == null) {
                return;
            }
            inOrder.getOrDefault(key.family(), new TreeMap<>()).remove(row.position());
            NavigableMap<String, NavigableMap<Position, Row>> names =
                    partitions.getOrDefault(key.family(), new TreeMap<>());
            NavigableMap<Position, Row> rows = names.getOrDefault(key.partition(), new TreeMap<>());
            rows.remove(row.position());
            if (rows.isEmpty()) {
                names.remove(key.partition());
            }
        }

        NavigableMap<Position, Row> ordered(Scan scan) {
            return scan.part(scan.partition()
                    .map(partition -> partitions
                            .getOrDefault(scan.family(), new TreeMap<>())
                            .getOrDefault(partition, new TreeMap<>()))
                    .orElseGet(() -> inOrder.getOrDefault(scan.family(), new TreeMap<>())));
        }
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        return locked(lock.readLock(), () -> {
            Map<Key, Row> found = new HashMap<>();
            Rows rows = rows(session);
            for (Key key : keys) {
                Row row = rows.byKey.get(key);
                if (row != null) {
                    found.put(key, row);
                }
            }
            return found;
        });
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        return locked(lock.readLock(), () -> {
            List<Row> items = new ArrayList<>();
            long bytes = 0;
            for (Row row : rows(session).ordered(scan).values()) {
                bytes += scan.keysOnly() ? 0 : row.value().size();
                if (items.size() == scan.limit() || (bytes > PAGE_BYTES && !items.isEmpty())) {
                    return new Page<>(
                            items, Optional.of(items.get(items.size() - 1).position()));
                }
                items.add(scan.keysOnly() ? new Row(row.key(), row.order(), Bytes.EMPTY, row.facets()) : row);
            }
            return Page.last(items);
        });
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return locked(lock.readLock(), () -> {
            NavigableMap<String, NavigableMap<Position, Row>> names =
                    rows(session).partitions.getOrDefault(family, new TreeMap<>(Key.BYTE_ORDER));
            List<Partition> items = new ArrayList<>();
            for (Map.Entry<String, NavigableMap<Position, Row>> entry :
                    after.map(last -> names.tailMap(last, false)).orElse(names).entrySet()) {
                if (items.size() == limit) {
                    return new Page<>(items, Optional.of(items.get(limit - 1).name()));
                }
                items.add(new Partition(
                        entry.getKey(), OptionalLong.of(entry.getValue().size())));
            }
            return Page.last(items);
        });
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        locked(lock.writeLock(), () -> {
            traits.requireWithin(batch);
            Rows rows = rows(session);
            check(rows, batch.checks());
            if (!batch.puts().isEmpty()) {
                sessions.put(session, rows);
            }
            batch.puts().forEach(rows::put);
            batch.deletes().forEach(rows::remove);
            return null;
        });
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        if (families.contains(Family.LEASE)) {
            throw new IllegalArgumentException("leases are not erased, they are released");
        }
        locked(lock.writeLock(), () -> {
            Rows rows = rows(session);
            check(rows, checks);
            for (Key key : List.copyOf(rows.byKey.keySet())) {
                if (families.contains(key.family())) {
                    rows.remove(key);
                }
            }
            return null;
        });
    }

    @Override
    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        return locked(lock.readLock(), () -> {
            List<SessionName> items = new ArrayList<>();
            for (Map.Entry<SessionName, Rows> entry : sessions.entrySet()) {
                boolean holdsRecords =
                        entry.getValue().byKey.keySet().stream().anyMatch(key -> families.contains(key.family()));
                boolean wanted = holdsRecords
                        && !entry.getKey().equals(SessionName.PAWL)
                        && after.map(last -> entry.getKey().name().compareTo(last) > 0)
                                .orElse(true);
                if (wanted && items.size() == limit) {
                    return new Page<>(items, Optional.of(items.get(limit - 1).name()));
                }
                if (wanted) {
                    items.add(entry.getKey());
                }
            }
            return Page.last(items);
        });
    }

    @Override
    public String locate(SessionName session, Key key) {
        return name + "#" + session + " " + key.family() + " " + key.partition() + " " + key.id();
    }

    @Override
    public Inspection inspect(SessionName session) {
        return new Inspection("memory", List.of());
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            sessions.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private Rows rows(SessionName session) {
        return Objects.requireNonNullElseGet(sessions.get(session), Rows::new);
    }

    private void check(Rows rows, List<Check> checks) {
        for (Check check : checks) {
            Optional<Bytes> found =
                    Optional.ofNullable(rows.byKey.get(check.key())).map(Row::value);
            if (!found.equals(check.expected())) {
                throw new ConflictException(check.key(), check.key() + " is not as expected");
            }
        }
    }

    private <T> T locked(Lock side, Supplier<T> action) {
        side.lock();
        try {
            if (closed) {
                throw new ClosedException("the memory backend is closed");
            }
            return action.get();
        } finally {
            side.unlock();
        }
    }
}
