package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A storage in memory that outlives its backends and has every limit a real one may have, so that no rule of the contract but that of one session is left out on it. It keeps every family but one, writes one anew as JSON, takes
 * no NUL in a key, and can be damaged.
 */
final class MemoryStorage {

    private static final Set<Family> FAMILIES = EnumSet.complementOf(EnumSet.of(Family.EXPIRY));
    private static final Set<Family> VERBATIM = EnumSet.complementOf(EnumSet.of(Family.EXPIRY, Family.CONTACT));

    static final Traits TRAITS = new Traits(
            FAMILIES, Durability.PROCESS_CRASH, new Traits.Limits(1_000, 5 << 20, 4_500_000, 500), true, VERBATIM);

    private final MemoryBackend rows = new MemoryBackend();
    private final Set<Key> damaged = ConcurrentHashMap.newKeySet();
    private final Set<Key> obstructed = ConcurrentHashMap.newKeySet();
    private final Set<Handle> open = ConcurrentHashMap.newKeySet();
    private volatile boolean written;

    /** The subject whose backends are opened by this. */
    static Subject subject(Opening opening) {
        MemoryStorage storage = new MemoryStorage();
        return Subject.stored(access -> opening.open(storage, access))
                .mayRefuse(MemoryStorage::hasNul)
                .damagedBy((session, key) -> storage.damaged.add(key))
                .obstructedBy((session, key) -> storage.obstructed.add(key));
    }

    /** How a backend is opened on a storage; where a broken one is put in between. */
    @FunctionalInterface
    interface Opening {
        Backend open(MemoryStorage storage, Access access);
    }

    Handle open(Access access) {
        return open(access, TRAITS);
    }

    /** Opens it with other limits than the traits say. */
    Handle open(Access access, Traits enforced) {
        if (access == Access.READ_ONLY && !written) {
            throw UnavailableException.connectionFailed("there is nothing to read");
        }
        Handle handle = new Handle(access, enforced);
        open.add(handle);
        return handle;
    }

    void closeAll() {
        open.forEach(Handle::close);
    }

    private static boolean hasNul(Key key) {
        return (key.partition() + key.id()).indexOf('\0') >= 0;
    }

    /** One backend on the storage. */
    final class Handle extends ForwardingBackend {
        private final Access access;
        private final Traits enforced;
        private volatile boolean closed;

        private Handle(Access access, Traits enforced) {
            super(rows);
            this.access = access;
            this.enforced = enforced;
        }

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            requireOpen();
            List<Key> wanted = List.copyOf(keys);
            Map<Key, Row> found = rows.get(session, wanted);
            found.keySet().forEach(key -> requireSound(session, key));
            return found;
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            requireOpen();
            Page<Row, Position> page = rows.scan(session, scan);
            page.items().forEach(row -> requireSound(session, row.key()));
            return page;
        }

        @Override
        public Page<Partition, String> partitions(
                SessionName session, Family family, Optional<String> after, int limit) {
            requireOpen();
            return rows.partitions(session, family, after, limit);
        }

        @Override
        public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
            requireOpen();
            return rows.sessions(families, after, limit);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            requireWritable();
            enforced.requireWithin(batch);
            batch.puts().stream()
                    .map(Row::key)
                    .filter(MemoryStorage::hasNul)
                    .findFirst()
                    .ifPresent(key -> {
                        throw new UnsupportedException("no NUL in a key");
                    });
            batch.checks().forEach(check -> requireSound(session, check.key()));
            rows.commit(
                    session,
                    new Batch(
                            batch.checks().stream().map(this::asKept).toList(),
                            batch.puts().stream().map(this::asKept).toList(),
                            batch.deletes()));
            written = true;
            batch.puts().forEach(row -> mend(row.key()));
            batch.deletes().forEach(this::mend);
        }

        @Override
        public void erase(SessionName session, Set<Family> families, List<Check> checks) {
            requireWritable();
            rows.erase(session, families, checks);
            damaged.removeIf(key -> families.contains(key.family()));
        }

        @Override
        public Inspection inspect(SessionName session) {
            return new Inspection("memory storage", List.of());
        }

        @Override
        public void close() {
            closed = true;
            open.remove(this);
        }

        MemoryStorage storage() {
            return MemoryStorage.this;
        }

        private void requireOpen() {
            if (closed) {
                throw new ClosedException("closed");
            }
        }

        private void requireWritable() {
            requireOpen();
            if (access == Access.READ_ONLY) {
                throw new UnsupportedException("open for reading only");
            }
        }

        private void requireSound(SessionName session, Key key) {
            if (damaged.contains(key)) {
                throw new CorruptDataException(key, locate(session, key), "damaged");
            }
            if (obstructed.contains(key)) {
                throw UnavailableException.readFailed("cannot read " + key, new IOException("obstructed"));
            }
        }

        private void mend(Key key) {
            damaged.remove(key);
            obstructed.remove(key);
        }

        private Row asKept(Row row) {
            return new Row(row.key(), row.order(), asKept(row.key(), row.value()), row.facets());
        }

        private Check asKept(Check check) {
            return new Check(check.key(), check.expected().map(value -> asKept(check.key(), value)));
        }

        private Bytes asKept(Key key, Bytes value) {
            try {
                return VERBATIM.contains(key.family())
                        ? value
                        : JsonValue.parse(value).toBytes();
            } catch (JsonException notJson) {
                return value;
            }
        }
    }
}
