package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import java.util.Optional;
import java.util.Set;

/** One end of a migration: a session in a backend. */
record End(Backend backend, SessionName session) {

    /** What identifies it, in marks and for people. */
    String place() {
        return backend.locate(session, Key.CREDENTIALS);
    }

    String place(Key key) {
        return backend.locate(session, key);
    }

    boolean holds(Family family) {
        return backend.traits().families().contains(family);
    }

    boolean verbatim(Family family) {
        return backend.traits().verbatim().contains(family);
    }

    /** All rows of a family, in order. */
    Rows rows(Family family) {
        return new Rows(backend, session, Scan.of(family));
    }

    /** Whether there is any row of these families, damaged ones included. */
    boolean hasAny(Set<Family> families) {
        return families.stream()
                .filter(this::holds)
                .anyMatch(family -> new Rows(backend, session, Scan.of(family).withoutValues()).hasNext());
    }

    long count(Family family) {
        Rows rows = new Rows(backend, session, Scan.of(family).withoutValues());
        long count = 0;
        for (; rows.hasNext(); rows.next()) {
            count++;
        }
        return count;
    }

    /**
     * Who holds a part.
     *
     * @param takingOver whether a row that cannot be read names nobody: it will be written over
     */
    Optional<LeaseRecord> lease(Part part, boolean takingOver) {
        try {
            return Lease.read(backend, session, part.lease());
        } catch (CorruptDataException e) {
            if (takingOver) {
                return Optional.empty();
            }
            throw e;
        }
    }

    LeaseState state(Part part, boolean takingOver) {
        return lease(part, takingOver).map(LeaseRecord::state).orElse(LeaseState.HELD);
    }
}
