package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.ProcessLocking.ProcessLock;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.LeaseRecord.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease row as its owner sees it: takes it, changes it, gives it back. Apart from {@link Lease}, so that a lease that nobody uses any more can be collected and this be released.
 *
 * <p>Every row it writes has a new token and is remembered until it is known which of them stands. A commit that checks a
 * row that was replaced since can never be applied again: that is how doubt ends.
 */
final class Ownership {

    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    /** How often a change of the row is tried, with pauses from a 64th of a beat on, each twice as long as the one before. */
    private static final int ATTEMPTS = 6;

    private final Backend backend;
    private final SessionName session;
    private final Key key;
    private final LeaseTiming timing;
    private final Node node;
    private final Optional<ProcessLock> processLock;
    private final Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    /** Commits hold the read side; what changes the row holds the write side and so waits for them. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** What we wrote, or may have written, or may still be written for us. */
    private final Map<Bytes, Owner> written = new ConcurrentHashMap<>();

    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile Bytes row = Bytes.EMPTY;
    private volatile LeaseRecord record = new LeaseRecord(LeaseState.HELD, Optional.empty());

    /** Something sent under the present token may still be applied. */
    private volatile boolean doubt;

    private volatile boolean fenced;
    private volatile boolean closed;

    /** The row was sent more than once while it was taken: one of those may come back after the release. */
    private boolean echo;

    private Ownership(
            Backend backend,
            SessionName session,
            Key key,
            LeaseTiming timing,
            Node node,
            Optional<ProcessLock> processLock) {
        this.backend = backend;
        this.session = session;
        this.key = key;
        this.timing = timing;
        this.node = node;
        this.processLock = processLock;
    }

    /**
     * Takes a lease if its row is as the check says.
     *
     * @param before how the row must be; empty to write over whatever stands there
     * @return empty when somebody else was faster
     */
    static Optional<Ownership> take(
            Backend backend,
            SessionName session,
            Key key,
            LeaseTiming timing,
            Node node,
            Optional<Check> before,
            LeaseState state) {
        Optional<ProcessLock> processLock =
                backend.as(ProcessLocking.class).flatMap(locking -> locking.tryLock(session, key.id()));
        boolean beating = false;
        try {
            node.beginBeating(timing);
            beating = true;
        } finally {
            if (!beating) {
                processLock.ifPresent(ProcessLock::close);
            }
        }
        Ownership ownership = new Ownership(backend, session, key, timing, node.join(), processLock);
        boolean taken = false;
        try {
            taken = ownership.claim(before, state);
            return taken ? Optional.of(ownership) : Optional.empty();
        } finally {
            if (!taken) {
                ownership.leave();
            }
        }
    }

    private boolean claim(Optional<Check> before, LeaseState state) {
        LeaseRecord next = next(state);
        Bytes value = next.toBytes();
        Batch batch = new Batch(before.map(List::of).orElseGet(List::of), List.of(Row.of(key, value)), List.of());
        Optional<StoreException> doubtful = Optional.empty();
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || pause(attempt)); attempt++) {
            echo = doubtful.isPresent();
            try {
                backend.commit(session, batch);
                settle(next, value);
                return true;
            } catch (ConflictException e) {
                if (doubtful.isEmpty()) {
                    return false;
                }
            } catch (InDoubtException e) {
                doubtful = Optional.of(e);
            } catch (UnavailableException e) {
                if (doubtful.isEmpty()) {
                    throw e;
                }
            }
            try {
                Optional<Bytes> now = backend.get(session, key).map(Row::value);
                if (now.filter(value::equals).isPresent()) {
                    settle(next, value);
                    return true;
                }
                if (before.isPresent() && !before.get().expected().equals(now)) {
                    forgetLater();
                    return false;
                }
            } catch (UnavailableException | CorruptDataException e) {
                LOG.debug("cannot tell yet who holds {}: {}", session, e.getMessage());
            }
        }
        forgetLater();
        throw new InDoubtException(
                "the lease of session " + session + " may have been taken; it is given back as soon as possible",
                doubtful.orElseThrow());
    }

    /** Applies a batch with the check of the row before its own, so that being fenced is found before any conflict. */
    void commit(Batch batch) {
        boolean touches = batch.puts().stream().anyMatch(put -> put.key().equals(key))
                || batch.deletes().contains(key)
                || batch.checks().stream().anyMatch(check -> check.key().equals(key));
        if (touches) {
            throw new IllegalArgumentException("a batch leaves the lease row alone");
        }
        guarded(ours -> {
            List<Check> checks = new ArrayList<>();
            checks.add(ours);
            checks.addAll(batch.checks());
            backend.commit(session, new Batch(checks, batch.puts(), batch.deletes()));
        });
    }

    /** Removes what these families hold, checking the row at each step. */
    void erase(Set<Family> families) {
        guarded(ours -> backend.erase(session, families, List.of(ours)));
    }

    /** Applies something that checks the row, unless the lease is lost. */
    private void guarded(Consumer<Check> action) {
        InDoubtException unknown;
        while (true) {
            if (doubt) {
                endDoubtBefore();
            }
            lock.readLock().lock();
            try {
                requireHeld();
                if (doubt) {
                    continue;
                }
                action.accept(Check.exact(key, row));
                return;
            } catch (ConflictException e) {
                if (e.key().filter(key::equals).isPresent()) {
                    throw lost(e);
                }
                throw e;
            } catch (InDoubtException e) {
                doubt = true;
                unknown = e;
                break;
            } finally {
                lock.readLock().unlock();
            }
        }
        try {
            endDoubt();
        } catch (StoreException e) {
            unknown.addSuppressed(e);
        }
        throw unknown;
    }

    private void endDoubtBefore() {
        try {
            endDoubt();
        } catch (InDoubtException e) {
            throw UnavailableException.writeFailed(
                    "nothing was sent: it is not known yet what became of an earlier commit of session " + session, e);
        }
    }

    private void endDoubt() {
        lock.writeLock().lock();
        try {
            if (doubt) {
                requireHeld();
                replace(record.state());
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Gives the row a new token and this state. */
    void mark(LeaseState state) {
        lock.writeLock().lock();
        try {
            requireHeld();
            replace(state);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Likewise, as it is. */
    void renew() {
        lock.writeLock().lock();
        try {
            requireHeld();
            replace(record.state());
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void replace(LeaseState state) {
        LeaseRecord next = next(state);
        Bytes value = next.toBytes();
        StoreException last = new InDoubtException("interrupted");
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || pause(attempt)); attempt++) {
            try {
                backend.commit(
                        session, new Batch(List.of(Check.exact(key, row)), List.of(Row.of(key, value)), List.of()));
                settle(next, value);
                return;
            } catch (InDoubtException e) {
                doubt = true;
                last = e;
            } catch (ConflictException | UnavailableException e) {
                last = e;
            }
            try {
                Optional<Bytes> now = standing();
                if (now.isEmpty()) {
                    throw lost(last);
                }
                if (now.get().equals(value)) {
                    settle(next, value);
                    return;
                }
                row = now.get();
            } catch (UnavailableException e) {
                last = e;
            }
        }
        if (!doubt) {
            throw last;
        }
        throw new InDoubtException("the lease of session " + session + " could not be renewed", last);
    }

    /** The row as it stands, if it is one of ours. */
    private Optional<Bytes> standing() {
        return backend.get(session, key).map(Row::value).filter(written::containsKey);
    }

    /** What the row holds. */
    LeaseRecord record() {
        return record;
    }

    /** Gives the lease back after the commits in flight. */
    void close() {
        lock.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (!fenced) {
                boolean released = false;
                try {
                    released = release();
                } catch (UnavailableException | InDoubtException e) {
                    LOG.debug("session {} is released later: {}", session, e.getMessage());
                } catch (StoreException e) {
                    LOG.warn("session {} was not released: {}", session, e.getMessage());
                    released = true;
                }
                if (echo) {
                    forgetLater();
                } else if (!released) {
                    node.later(timing, 1, this::release);
                }
            }
            leave();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The same from another thread, for a lease that nobody closed. */
    void abandon() {
        if (!closed) {
            LOG.warn("a lease of session {} was not closed, only forgotten", session);
            node.later(timing, 1, () -> {
                close();
                return true;
            });
        }
    }

    /** Releases for as long as something that was sent in doubt may still arrive. */
    private void forgetLater() {
        int rounds = (int) Math.min(100, timing.dead().dividedBy(timing.beat()));
        node.later(timing, rounds, this::release);
    }

    /** Takes our row away, or leaves its state without an owner. Always returns true: what is not ours is none of our business. */
    private boolean release() {
        LeaseState state = record.state();
        while (true) {
            Check ours = Check.exact(key, row);
            try {
                backend.commit(
                        session,
                        state instanceof LeaseState.Held
                                ? new Batch(List.of(ours), List.of(), List.of(key))
                                : new Batch(List.of(ours), List.of(Row.of(key, withoutOwner(state))), List.of()));
                return true;
            } catch (ConflictException e) {
                Optional<Bytes> now = standing();
                if (now.isEmpty()) {
                    return true;
                }
                row = now.get();
            }
        }
    }

    private static Bytes withoutOwner(LeaseState state) {
        return new LeaseRecord(state, Optional.empty()).toBytes();
    }

    private LeaseRecord next(LeaseState state) {
        Owner owner = Host.SELF.owner(Node.newToken(), node.token(), processLock.isPresent(), since);
        LeaseRecord next = new LeaseRecord(state, Optional.of(owner));
        Bytes value = next.toBytes();
        written.put(value, owner);
        node.hold(owner.token());
        if (row.size() == 0) {
            row = value;
            record = next;
        }
        return next;
    }

    /** This row stands: nothing that checks an older one can be applied any more. */
    private void settle(LeaseRecord next, Bytes value) {
        row = value;
        record = next;
        doubt = false;
        if (!echo) {
            written.forEach((older, owner) -> {
                if (!older.equals(value)) {
                    written.remove(older);
                    Node.drop(owner.token());
                }
            });
        }
    }

    private void requireHeld() {
        if (closed) {
            throw new ClosedException("the lease of session " + session + " was closed");
        }
        if (fenced) {
            throw new FencedException(fencing());
        }
    }

    private FencedException lost(StoreException cause) {
        fenced = true;
        leave();
        return new FencedException(fencing(), cause);
    }

    private String fencing() {
        return "session " + session + " was taken over: this process no longer owns it";
    }

    /** Stops beating for this lease and gives the lock back. */
    private void leave() {
        if (gone.compareAndSet(false, true)) {
            written.values().forEach(owner -> Node.drop(owner.token()));
            processLock.ifPresent(ProcessLock::close);
            node.endBeating();
            node.leave();
        }
    }

    /** Returns false when the thread was interrupted: then it is time to give up. */
    private boolean pause(int attempt) {
        try {
            timing.ticker().sleep(Duration.ofNanos((timing.beat().toNanos() / 64) << (attempt - 1)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
