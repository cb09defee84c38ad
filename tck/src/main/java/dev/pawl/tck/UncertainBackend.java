package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend whose network loses things: a commit may fail, may be applied without anybody being told, or may stay in a
 * queue until the test delivers it. What goes to {@link SessionName#PAWL} always arrives unless everything fails.
 *
 * <p>It has no process locks of its own backend; a test gives it one when it wants to see what they do.
 */
public final class UncertainBackend extends ForwardingBackend {

    /** What becomes of a commit. */
    public enum Fate {
        /** It is applied. */
        APPLIED,
        /** It is applied, but the answer gets lost. */
        ANSWER_LOST,
        /** Nobody knows; {@link #deliver} applies it later, if its checks still hold. */
        DELAYED,
        /** It fails and is not applied. */
        REFUSED
    }

    private final Queue<Fate> fates = new ConcurrentLinkedQueue<>();
    private final Deque<Runnable> delayed = new ConcurrentLinkedDeque<>();
    private final List<Boolean> deliveries = new ArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger beats = new AtomicInteger();
    private volatile boolean cut;
    private volatile Runnable beforeRead = () -> {};
    private volatile Optional<ProcessLocking> locking = Optional.empty();
    private volatile boolean ownLocks;

    /** A backend that loses nothing until it is told to. */
    public UncertainBackend(Backend delegate) {
        super(delegate);
    }

    /** The fates of the next commits, in order; all later ones are applied. */
    public UncertainBackend next(Fate... next) {
        fates.addAll(List.of(next));
        return this;
    }

    /** Whether nothing can be reached: reads and commits fail. */
    public void cut(boolean off) {
        cut = off;
    }

    /** What happens before every read of a beat row; it may throw. */
    public void beforeBeatRead(Runnable action) {
        beforeRead = action;
    }

    /** How many commits were asked for, beats aside. */
    public int commits() {
        return commits.get();
    }

    /** How many commits there were to {@link SessionName#PAWL}. */
    public int beats() {
        return beats.get();
    }

    /** Applies what was delayed, in order, as a server does that comes to it at last. Tells of each whether its checks still held. */
    public List<Boolean> deliver() {
        deliveries.clear();
        Deque<Runnable> now = new ArrayDeque<>(delayed);
        delayed.clear();
        now.forEach(Runnable::run);
        return List.copyOf(deliveries);
    }

    /** Uses these locks, or the backend's own again when empty. */
    public UncertainBackend locks(Optional<ProcessLocking> other) {
        locking = other;
        return this;
    }

    /** Shows the locks that the backend brings along. */
    public UncertainBackend withOwnLocks() {
        ownLocks = true;
        return this;
    }

    @Override
    public <T> Optional<T> as(Class<T> capability) {
        if (capability == ProcessLocking.class && !ownLocks) {
            return locking.map(capability::cast);
        }
        return super.as(capability);
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        if (session.equals(SessionName.PAWL)) {
            beforeRead.run();
        }
        if (cut) {
            throw UnavailableException.readFailed("cut off", new IOException("cut off"));
        }
        return super.get(session, keys);
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        if (session.equals(SessionName.PAWL)) {
            beats.incrementAndGet();
            requireReachable();
            super.commit(session, batch);
            return;
        }
        commits.incrementAndGet();
        requireReachable();
        act(() -> super.commit(session, batch));
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        commits.incrementAndGet();
        requireReachable();
        act(() -> super.erase(session, families, checks));
    }

    private void requireReachable() {
        if (cut) {
            throw UnavailableException.writeFailed("cut off", new IOException("cut off"));
        }
    }

    private void act(Runnable change) {
        Fate fate = Optional.ofNullable(fates.poll()).orElse(Fate.APPLIED);
        switch (fate) {
            case APPLIED -> change.run();
            case ANSWER_LOST -> {
                change.run();
                throw new InDoubtException("the answer was lost");
            }
            case DELAYED -> {
                delayed.add(() -> deliveries.add(applied(change)));
                throw new InDoubtException("no answer came");
            }
            case REFUSED -> throw UnavailableException.writeFailed("refused", new IOException("refused"));
        }
    }

    private static boolean applied(Runnable change) {
        try {
            change.run();
            return true;
        } catch (ConflictException e) {
            return false;
        }
    }
}
