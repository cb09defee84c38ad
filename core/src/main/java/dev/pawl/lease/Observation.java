package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this process saw of another node's beat row.
 *
 * <p>The row stood still from the return of the read that first showed it to the start of the latest that still does. A
 * read that failed, or took longer than a beat, begins anew: an outage that hit us probably kept the other one from
 * beating too.
 */
final class Observation {

    private final Key key;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean seen;
    private Optional<Row> last = Optional.empty();
    private long since;

    Observation(Key key) {
        this.key = key;
    }

    /** Reads the beat row and says what follows from all reads so far. */
    Liveness.Verdict look(Backend backend, LeaseTiming timing) {
        lock.lock();
        try {
            long start = timing.ticker().nanos();
            Optional<Row> now;
            try {
                now = backend.get(SessionName.PAWL, key);
            } catch (UnavailableException | CorruptDataException e) {
                seen = false;
                return Liveness.Verdict.UNSURE;
            }
            long end = timing.ticker().nanos();
            boolean slow = end - start > timing.beat().toNanos();
            boolean same = now.map(Row::value).equals(last.map(Row::value));
            if (seen && same && !slow) {
                return start - since >= timing.dead().toNanos() ? Liveness.Verdict.DEAD : Liveness.Verdict.UNSURE;
            }
            boolean moved = seen && !same && now.isPresent();
            seen = true;
            last = now;
            since = end;
            return moved ? Liveness.Verdict.LIVE : Liveness.Verdict.UNSURE;
        } finally {
            lock.unlock();
        }
    }

    /** Removes the row if it still stands as it was last seen. The node stays as dead as it was. */
    void remove(Backend backend) {
        lock.lock();
        try {
            Node.remove(backend, last);
            last = Optional.empty();
        } finally {
            lock.unlock();
        }
    }
}
