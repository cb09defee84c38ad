package dev.pawl.auth;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Writes the credentials and keys of one session under its lease.
 *
 * <p>Commits run side by side. Creating an identity and clearing one run alone, so that no key slips in between looking and writing, and nothing of a cleared identity is written after it.
 */
final class AuthWriter implements AutoCloseable {

    /** Other writers can win this often before we give up; in one process they take turns and never do. */
    private static final int MERGES = 100;

    /** In one step: a stop between must not leave a device without the keys of its conversations. */
    private static final Set<Family> EVERYTHING = Set.of(Family.KEY, Family.CREDENTIALS);

    private final AuthRows rows;
    private final Lease lease;
    private final ReadWriteLock gate = new ReentrantReadWriteLock(true);
    private final Lock mergeTurn = new ReentrantLock(true);
    private volatile State state = State.OPEN;
    private final AtomicLong clears = new AtomicLong();

    private enum State {
        /** Writes go through. */
        OPEN,
        /** Everything was cleared: only whole credentials go through, and open it again. */
        CLEARED,
        /** Clearing began and did not end: nothing goes through until it did. */
        CLEARING,
        /** The end. */
        CLOSED
    }

    AuthWriter(AuthRows rows, Lease lease) {
        this.rows = rows;
        this.lease = lease;
        if (lease.record().state() instanceof LeaseState.Clearing) {
            lease.clear(EVERYTHING);
        }
    }

    /** Whether the session still is this writer's. */
    boolean isHeld() {
        return lease.isHeld();
    }

    /** How often this writer cleared the session. */
    long clears() {
        return clears.get();
    }

    /**
     * Commits changes.
     *
     * @param read what every record was that the changes rest on, or that it was absent
     * @param since the number of {@link #clears} when the changes were begun, or empty when they begin now
     * @return the credentials as they now stand, when the changes touch them
     */
    Optional<Credentials> commit(Changes changes, Map<Key, Optional<Bytes>> read, Optional<Long> since) {
        gate.readLock().lock();
        try {
            requireWritable(changes.whole().isPresent());
            if (since.isPresent() && since.get() != clears.get()) {
                throw new FencedException("session " + rows.session() + " was cleared since this transaction began");
            }
            List<Check> checks = new ArrayList<>();
            read.forEach((key, text) -> checks.add(new Check(key, text)));
            Optional<JsonObject> partial = changes.partial();
            if (partial.isPresent()) {
                return Optional.of(merge(changes, checks, partial.get()));
            }
            Optional<Credentials> whole = changes.whole();
            if (!read.containsKey(Key.CREDENTIALS)) {
                whole.flatMap(Credentials::origin)
                        .ifPresent(origin -> checks.add(Check.exact(Key.CREDENTIALS, origin)));
            }
            lease.commit(batch(changes, checks, whole));
            if (whole.isPresent()) {
                state = State.OPEN;
            }
            return whole.map(credentials -> credentials.savedAt(rows.place(Key.CREDENTIALS)));
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Merges into what is stored at the moment of the commit, however often somebody else is faster. */
    private Credentials merge(Changes changes, List<Check> checks, JsonObject partial) {
        mergeTurn.lock();
        try {
            for (int left = MERGES; ; left--) {
                Credentials stored = rows.credentials()
                        .orElseThrow(() -> new ConflictException(
                                Key.CREDENTIALS, "session " + rows.session() + " has no credentials to update"));
                Credentials merged = stored.merge(partial);
                List<Check> all = new ArrayList<>(checks);
                all.add(Check.exact(Key.CREDENTIALS, stored.text()));
                try {
                    lease.commit(batch(changes, all, Optional.of(merged)));
                    return merged.savedAt(rows.place(Key.CREDENTIALS));
                } catch (ConflictException lost) {
                    if (left == 1 || !lost.key().equals(Optional.of(Key.CREDENTIALS))) {
                        throw lost;
                    }
                }
            }
        } finally {
            mergeTurn.unlock();
        }
    }

    private static Batch batch(Changes changes, List<Check> checks, Optional<Credentials> credentials) {
        List<Row> puts = new ArrayList<>();
        List<Key> deletes = new ArrayList<>();
        changes.keys()
                .forEach((key, text) ->
                        text.ifPresentOrElse(value -> puts.add(Row.of(key, value)), () -> deletes.add(key)));
        credentials.ifPresent(whole -> puts.add(Row.of(Key.CREDENTIALS, whole.text())));
        return new Batch(checks, puts, deletes);
    }

    /** Makes a new identity where there is nothing at all. */
    Credentials create() {
        gate.writeLock().lock();
        try {
            requireWritable(true);
            if (rows.backend().get(rows.session(), Key.CREDENTIALS).isPresent()) {
                throw new ConflictException(
                        Key.CREDENTIALS,
                        "there are credentials already: " + rows.place(Key.CREDENTIALS)
                                + ". A new identity would lose them; clear the session first if that is meant");
            }
            List<Partition> types = rows.types();
            if (!types.isEmpty()) {
                throw new ConflictException("session " + rows.session() + " has no credentials but keys of type "
                        + String.join(", ", types.stream().map(Partition::name).toList())
                        + ": restore the credentials they belong to, or clear the session first");
            }
            Credentials created = Credentials.create();
            lease.commit(Batch.of(Row.of(Key.CREDENTIALS, created.text())).with(Check.absent(Key.CREDENTIALS)));
            state = State.OPEN;
            return created.savedAt(rows.place(Key.CREDENTIALS));
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Erases credentials and keys. */
    void clear() {
        gate.writeLock().lock();
        try {
            requireNotClosed();
            if (state != State.CLEARING) {
                lease.mark(LeaseState.CLEARING);
                state = State.CLEARING;
                clears.incrementAndGet();
            }
            lease.clear(EVERYTHING);
            state = State.CLEARED;
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void requireWritable(boolean whole) {
        requireNotClosed();
        if (state == State.CLEARING) {
            throw new FencedException(
                    "session " + rows.session() + " is being cleared and that did not end well: clear it again");
        }
        if (state == State.CLEARED && !whole) {
            throw new FencedException("session " + rows.session()
                    + " was cleared: it takes no writes until credentials are created or written whole");
        }
    }

    private void requireNotClosed() {
        if (state == State.CLOSED) {
            throw new ClosedException("the auth store of session " + rows.session() + " is closed");
        }
    }

    /** Gives the session back, after the commits in flight. */
    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            state = State.CLOSED;
            lease.close();
        } finally {
            gate.writeLock().unlock();
        }
    }
}
