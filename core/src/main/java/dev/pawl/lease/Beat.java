package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.SessionName;
import dev.pawl.lease.LeaseRecord.Owner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Keeps this process showing that it lives, for work that belongs to a process without a lease: what it claims in its
 * {@link #node} name can be taken from it once it is dead. Leases do this for themselves.
 */
public final class Beat implements AutoCloseable {

    private final Backend backend;
    private final Node node;
    private final LeaseTiming timing;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Beat(Backend backend, Node node, LeaseTiming timing) {
        this.backend = backend;
        this.node = node;
        this.timing = timing;
    }

    /**
     * Begins to beat on a backend, or goes on if this process does already.
     *
     * @throws dev.pawl.backend.UnavailableException when the beat row cannot be written
     */
    public static Beat keep(Backend backend, LeaseTiming timing) {
        Node node = Node.of(backend);
        boolean beating = false;
        try {
            node.beginBeating(timing);
            beating = true;
            return new Beat(backend, node, timing);
        } finally {
            if (!beating) {
                node.leave();
            }
        }
    }

    /**
     * The name of this process on this backend: its beat row is {@code node:<this>} in
     * {@link dev.pawl.backend.SessionName#PAWL}.
     */
    public String node() {
        return node.token();
    }

    /**
     * Signs something that this process takes for itself. It counts as held until {@link #end}, or until this process
     * is dead.
     */
    public Owner sign() {
        Owner owner = Host.SELF.owner(
                Node.newToken(), node.token(), false, Instant.now().truncatedTo(ChronoUnit.SECONDS));
        node.hold(owner.token());
        return owner;
    }

    /** What was signed is held no longer. */
    public void end(Owner signed) {
        Node.drop(signed.token());
    }

    /**
     * Looks once more whether nobody holds something any more: its process is gone from this host, or silent for so
     * long that it counts as dead, or is this one and {@link #end ended} it. When in doubt somebody does; whoever is
     * silent is found dead by looking with every beat.
     *
     * @param session where it is held
     * @param name the lease that somebody would hold who has to be alone there
     */
    public boolean isDead(SessionName session, String name, Owner signed) {
        return new Liveness(node, backend, session, name, timing, Host.SELF).judge(signed, true)
                == Liveness.Verdict.DEAD;
    }

    /** Removes the beat row of a process that was found dead. Failing to do so does no harm. */
    public void bury(Owner dead) {
        if (!Node.isOfThisProcess(dead.node())) {
            node.bury(dead.node(), timing);
        }
    }

    /**
     * Tries something in the background, once with every beat, until it returns {@code true}; also after
     * {@link #close}.
     */
    public void later(BooleanSupplier attempt) {
        node.later(timing, 1, attempt);
    }

    /** Stops beating when nobody else needs it. Repeating it does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            node.endBeating();
            node.leave();
        }
    }
}
