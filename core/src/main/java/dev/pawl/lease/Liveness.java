package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.ProcessLocking.ProcessLock;
import dev.pawl.backend.SessionName;
import dev.pawl.lease.LeaseRecord.Owner;
import java.util.Optional;

/**
 * Tells whether the holder of a lease lives. When in doubt it does.
 *
 * <table>
 * <caption>What decides</caption>
 * <tr><th>where the holder runs</th><th>dead at once</th><th>live</th><th>else</th></tr>
 * <tr><td>this process</td><td>no lease with that token is open</td><td>one is, on this backend</td><td>as below</td></tr>
 * <tr><td>this kernel, this process namespace</td><td>its process is gone</td><td>its process lives and, if the backend
 * has locks, holds the lock</td><td>beats</td></tr>
 * <tr><td>this kernel, another namespace</td><td>it had the lock, and the lock is free</td><td>-</td><td>beats</td></tr>
 * <tr><td>elsewhere, or not known</td><td>-</td><td>-</td><td>beats</td></tr>
 * </table>
 *
 * <p>A process that lives while the lock is free may have lost the lock by closing some descriptor of its file, or the
 * directory may be a copy of the one it uses: only the beats can tell.
 */
final class Liveness {

    /** What became of the holder. */
    enum Verdict {
        LIVE,
        DEAD,
        /** More looking is needed. */
        UNSURE
    }

    private final Node node;
    private final Backend backend;
    private final SessionName session;
    private final String name;
    private final LeaseTiming timing;
    private final Host host;

    Liveness(Node node, Backend backend, SessionName session, String name, LeaseTiming timing, Host host) {
        this.node = node;
        this.backend = backend;
        this.session = session;
        this.name = name;
        this.timing = timing;
        this.host = host;
    }

    /**
     * Judges a holder.
     *
     * @param patient whether the caller waits anyway: then a process that lives but stopped beating is found dead as well
     */
    Verdict judge(Owner owner, boolean patient) {
        if (Node.isOfThisProcess(owner.node())) {
            Optional<Node> holding = Node.holding(owner.token());
            if (holding.isEmpty()) {
                return Verdict.DEAD;
            }
            if (holding.get() == node) {
                return Verdict.LIVE;
            }
        }
        if (host.sameNamespace(owner)) {
            return inOurNamespace(owner, patient);
        }
        if (host.otherNamespace(owner) && owner.locked() && lock() == Lock.FREE) {
            return Verdict.DEAD;
        }
        return node.watch(owner.node(), timing);
    }

    private Verdict inOurNamespace(Owner owner, boolean patient) {
        Host.Life life = host.life(owner);
        if (life == Host.Life.GONE) {
            return Verdict.DEAD;
        }
        if (life == Host.Life.ALIVE) {
            Lock lock = lock();
            if (lock == Lock.TAKEN || (lock == Lock.NONE && !patient)) {
                return Verdict.LIVE;
            }
        }
        return node.watch(owner.node(), timing);
    }

    private enum Lock {
        /** This backend has no locks. */
        NONE,
        FREE,
        TAKEN
    }

    private Lock lock() {
        Optional<ProcessLocking> locking = backend.as(ProcessLocking.class);
        if (locking.isEmpty()) {
            return Lock.NONE;
        }
        Optional<ProcessLock> lock = locking.get().tryLock(session, name);
        lock.ifPresent(ProcessLock::close);
        return lock.isPresent() ? Lock.FREE : Lock.TAKEN;
    }
}
