package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.lease.Beat;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the jobs of a session may be written now. Nobody owns them; who has to be alone holds the lease {@code jobs},
 * and while its row is there, whatever it says, nobody else writes.
 */
final class JobAccess {

    static final String LEASE = "jobs";

    /** The row that must not be there. */
    static final Key KEY = Key.of(Family.LEASE, LEASE);

    private static final Set<Family> JOBS = Set.of(Family.JOB);

    private JobAccess() {}

    /**
     * Refuses a backend without jobs.
     *
     * @throws UnsupportedException saying what to use instead
     */
    static void requireHeld(Backend backend, SessionName session, boolean writing) {
        Set<Family> missing = writing ? EnumSet.of(Family.JOB, Family.LEASE) : EnumSet.of(Family.JOB);
        missing.removeAll(backend.traits().families());
        if (!missing.isEmpty()) {
            throw new UnsupportedException("this backend does not hold " + missing
                    + ", which scheduled jobs need: use one that does, such as native:, sqlite: or postgresql:");
        }
        if (!backend.traits().manySessions() && !session.equals(SessionName.DEFAULT)) {
            throw new UnsupportedException("this backend holds one session, " + SessionName.DEFAULT + ", and not "
                    + session + ": use another place for each session");
        }
    }

    /**
     * Makes sure that nobody is alone with these jobs: what a dead one left is cleared away, an erasure that it began
     * is finished.
     *
     * @throws InUseException when somebody is, or they were moved away
     */
    static void settle(Backend backend, SessionName session, LeaseTiming timing) {
        if (backend.get(session, KEY).isEmpty()) {
            return;
        }
        try (Lease lease = Lease.on(backend, session, LEASE).timing(timing).acquire()) {
            if (lease.record().state() instanceof LeaseState.Clearing) {
                lease.clear(JOBS);
            }
        }
    }

    /** Likewise, without waiting, and only when that one is known to be dead. */
    static void settleIfDead(Backend backend, SessionName session, LeaseTiming timing, Beat beat) {
        Optional<LeaseRecord> record = Lease.read(backend, session, LEASE);
        boolean forgotten = record.filter(lease -> lease.owner().isEmpty())
                .filter(lease -> lease.state() instanceof LeaseState.Clearing)
                .isPresent();
        if (forgotten
                || record.flatMap(LeaseRecord::owner)
                        .filter(owner -> beat.isDead(session, LEASE, owner))
                        .isPresent()) {
            settle(backend, session, timing);
        }
    }

    /** Whether they were moved away for good. */
    static boolean isRetired(Backend backend, SessionName session) {
        try {
            return Lease.read(backend, session, LEASE)
                    .filter(record -> record.state() instanceof LeaseState.Retired)
                    .isPresent();
        } catch (StoreException e) {
            // not known: whoever asks goes on trying
            return false;
        }
    }

    /** Says why nothing can be written. */
    static InUseException inUse(Backend backend, SessionName session) {
        String who = Lease.read(backend, session, LEASE)
                .map(record -> {
                    if (record.state() instanceof LeaseState.Retired retired) {
                        return "were moved to " + retired.target() + ": open them there";
                    }
                    String owner =
                            record.owner().map(LeaseRecord.Owner::toString).orElse("nobody any more");
                    return "are held by " + owner + ", who has to be alone with them: try again later";
                })
                .orElse("were held by somebody who had to be alone with them: try again");
        return new InUseException("the jobs of session " + session + " " + who);
    }
}
