package dev.pawl.lease;

import dev.pawl.backend.Backend;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps this process showing that it lives, for work that belongs to a process without a lease: what it claims in its
 * {@link #node} name can be taken from it once it is dead. Leases do this for themselves.
 */
public final class Beat implements AutoCloseable {

    private final Node node;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Beat(Node node) {
        this.node = node;
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
            return new Beat(node);
        } finally {
            if (!beating) {
                node.leave();
            }
        }
    }

    /** The name of this process on this backend: its beat row is {@code node:<this>} in {@link dev.pawl.backend.SessionName#PAWL}. */
    public String node() {
        return node.token();
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
