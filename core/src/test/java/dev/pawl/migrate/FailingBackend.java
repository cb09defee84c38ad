package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.lease.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Fails at one change, or at that and all later ones, as if the process had died. */
final class FailingBackend extends ForwardingBackend {

    /** Of a migration that meets this: what failed is tried again at once, and not up to 5 seconds later. */
    static final LeaseTiming WITHOUT_PAUSES = LeaseTiming.STANDARD.with(new Ticker() {
        @Override
        public long nanos() {
            return SYSTEM.nanos();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            // Only a beat takes its time: what beats never stops.
            if (duration.compareTo(LeaseTiming.STANDARD.beat()) >= 0) {
                SYSTEM.sleep(duration);
            }
        }
    });

    private final AtomicInteger changes;
    private final int failsAt;
    private final boolean forGood;

    /**
     * A backend like this one that fails.
     *
     * @param changes counts the changes of this and other backends
     */
    FailingBackend(Backend delegate, AtomicInteger changes, int failsAt, boolean forGood) {
        super(delegate);
        this.changes = changes;
        this.failsAt = failsAt;
        this.forGood = forGood;
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        step(session);
        super.commit(session, batch);
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        step(session);
        super.erase(session, families, checks);
    }

    private void step(SessionName session) {
        // Beats come when they come: they are no step of the migration.
        if (!session.equals(SessionName.PAWL)) {
            int now = changes.incrementAndGet();
            if (now == failsAt || forGood && now > failsAt) {
                throw UnavailableException.connectionFailed("the store is gone");
            }
        }
    }
}
