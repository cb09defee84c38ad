package dev.pawl.cli;

import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.Part;
import picocli.CommandLine.Option;

/** How writing commands become the one owner of a session. */
final class TakeOver {

    /** The lease of credentials and keys. */
    static final String AUTH = "auth";

    @Option(
            names = "--take-over",
            description =
                    "Takes the session from a live holder, whose next write fails. Without this a session in use is"
                            + " refused.")
    private boolean takingOver = false;

    /** Takes the lease of credentials and keys. */
    Lease lease(Store store) {
        Lease lease = request(store, AUTH).acquire();
        try {
            if (lease.record().state() instanceof LeaseState.Clearing) {
                // A clearing was interrupted: it is finished before anything new is written.
                lease.clear(Part.AUTH.families());
            }
            return lease;
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    LeaseRequest request(Store store, String name) {
        LeaseRequest request = Lease.on(store.backend(), store.session(), name);
        return takingOver ? request.takeOver() : request;
    }

    boolean takingOver() {
        return takingOver;
    }
}
