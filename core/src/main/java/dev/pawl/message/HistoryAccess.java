package dev.pawl.message;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRequest;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/** How the history of a session in a backend is got at: to read it, or as its owner. */
final class HistoryAccess {

    /** How many chats an owner keeps in memory unless told otherwise. */
    static final int CHATS = 10_000;

    private static final String LEASE = "messages";

    private HistoryAccess() {}

    /**
     * Its rows, for who reads only.
     *
     * @throws UnsupportedException when the backend does not hold messages
     */
    static MessageRows read(Backend backend, SessionName session) {
        requireHeld(backend, session, EnumSet.of(Family.MESSAGE, Family.CHAT, Family.CONTACT));
        return new MessageRows(backend, session);
    }

    /**
     * Its writer, under a lease that is taken here.
     *
     * @throws dev.pawl.backend.InUseException when a live owner holds the session
     * @throws UnsupportedException when the backend does not hold messages
     */
    static MessageWriter own(
            Backend backend,
            SessionName session,
            UnaryOperator<LeaseRequest> wishes,
            InstantSource clock,
            int cachedChats) {
        requireHeld(backend, session, MessageWriter.HISTORY);
        requireHeld(backend, session, Set.of(Family.LEASE));
        Lease lease = wishes.apply(Lease.on(backend, session, LEASE)).acquire();
        try {
            return new MessageWriter(new MessageRows(backend, session), lease, clock, cachedChats);
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    private static void requireHeld(Backend backend, SessionName session, Set<Family> families) {
        Set<Family> missing = EnumSet.copyOf(families);
        missing.removeAll(backend.traits().families());
        if (!missing.isEmpty()) {
            throw new UnsupportedException("this backend does not hold " + missing
                    + ", which a history needs: use one that does, such as sqlite:, postgresql: or redis:");
        }
        if (!backend.traits().manySessions() && !session.equals(SessionName.DEFAULT)) {
            throw new UnsupportedException("this backend holds one session, " + SessionName.DEFAULT + ", and not "
                    + session + ": use another place for each session");
        }
    }
}
