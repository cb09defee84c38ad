package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease while it is held: lets commits through, ends doubt, notices being fenced, gives everything back. Apart from
 * {@link Lease}, so that a lease that nobody uses any more can be collected and this be released.
 */
final class Ownership {

    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    private final Backend backend;
    private final SessionName session;
    private final LeaseTiming timing;
    private final Node node;
    private final Optional<ProcessLock> processLock;
    private final LeaseRow row;

    /** Commits hold the read side; what changes the row holds the write side and so waits for them. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile boolean fenced;
    private volatile boolean closed;

    private Ownership(
            Backend backend,
            SessionName session,
            Key key,
            LeaseTiming timing,
            Node node,
            Optional<ProcessLock> processLock) {
        this.backend = backend;
        this.session = session;
        this.timing = timing;
        this.node = node;
        this.processLock = processLock;
        this.row = new LeaseRow(backend, session, key, timing, node, processLock.isPresent());
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
            // before the row is there, so that nobody ever sees a holder that never beat
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
            taken = ownership.row.claim(before, state);
            return taken ? Optional.of(ownership) : Optional.empty();
        } finally {
            if (!taken) {
                ownership.leave();
            }
        }
    }

    /** What the row is meant to hold. */
    LeaseRecord record() {
        return row.record();
    }

    /** Whether the row is as we wrote it. */
    boolean isHeld() {
        lock.readLock().lock();
        try {
            if (closed || fenced) {
                return false;
            }
            Check ours = row.check();
            return row.isInDoubt()
                    || backend.get(session, row.key()).map(Row::value).equals(ours.expected());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Applies a batch with the check of the row before its own, so that being fenced is found before any conflict. */
    void commit(Batch batch) {
        boolean touches = batch.puts().stream().anyMatch(put -> put.key().equals(row.key()))
                || batch.deletes().contains(row.key())
                || batch.checks().stream().anyMatch(check -> check.key().equals(row.key()));
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
            if (row.isInDoubt()) {
                endDoubtBefore();
            }
            lock.readLock().lock();
            try {
                requireHeld();
                if (row.isInDoubt()) {
                    continue;
                }
                action.accept(row.check());
                return;
            } catch (ConflictException e) {
                throw e.key().filter(row.key()::equals).isPresent() ? lost(e) : e;
            } catch (InDoubtException e) {
                row.beginDoubt();
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
            if (row.isInDoubt()) {
                replace(record().state());
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Gives the row a new token and this state. */
    void mark(LeaseState state) {
        lock.writeLock().lock();
        try {
            replace(state);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Likewise, with the state it has. */
    void renew() {
        lock.writeLock().lock();
        try {
            replace(record().state());
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void replace(LeaseState state) {
        requireHeld();
        try {
            row.replace(state);
        } catch (LeaseRow.NotOurs e) {
            throw lost(e);
        }
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
                release();
            }
            leave();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void release() {
        boolean again = row.mayReturn();
        try {
            row.release();
        } catch (UnavailableException | InDoubtException e) {
            LOG.debug("session {} is released later: {}", session, e.getMessage());
            row.releaseLater();
        } catch (StoreException e) {
            LOG.warn("session {} was not released: {}", session, e.getMessage());
            again = false;
        }
        if (again) {
            row.releaseRepeatedly();
        }
    }

    /** Closes from another thread, for a lease that nobody closed. */
    void abandon() {
        if (!closed) {
            LOG.warn("a lease of session {} was not closed, only forgotten", session);
            node.later(timing, 1, () -> {
                close();
                return true;
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

    private FencedException lost(Exception cause) {
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
            row.disown();
            processLock.ifPresent(ProcessLock::close);
            node.endBeating();
            node.leave();
        }
    }
}
