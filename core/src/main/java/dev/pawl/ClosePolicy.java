package dev.pawl;

import dev.pawl.DisconnectReason.Action;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.TransportException;

/** What a client does about a close, by the table of {@code docs/client.md}. Decides; does nothing. */
final class ClosePolicy {

    private ClosePolicy() {}

    /**
     * What is known when a link closes.
     *
     * @param loggingOut whether we asked the server to unlink this device over this very link
     * @param opened whether the server had let us in over this link
     * @param suspected whether an earlier close said that this device is not linked, and no login went well since
     * @param codesLeft whether this link showed codes to pair with, and there may be more; of a link that showed none,
     *     true
     * @param pairing whether this link showed codes to pair with
     */
    record Situation(boolean loggingOut, boolean opened, boolean suspected, boolean codesLeft, boolean pairing) {}

    /** What it means and what to do. */
    record Verdict(DisconnectReason reason, Action action) {}

    static Verdict on(CloseReason close, Situation now) {
        DisconnectReason reason = DisconnectReason.of(close.code());
        return switch (reason.action()) {
            case CONFIRM -> new Verdict(reason, isConfirmed(now) ? Action.CLEAR : Action.CONFIRM);
            case RECONNECT -> reason == DisconnectReason.CONNECTION_LOST && now.pairing() ? pairing(now) : as(reason);
            default -> as(reason);
        };
    }

    /** The same for something that failed here, in a store or in the engine. */
    static Verdict on(RuntimeException failure) {
        if (failure instanceof FencedException) {
            return new Verdict(DisconnectReason.LEASE_LOST, Action.GIVE_UP);
        }
        if (failure instanceof TransportException ofEngine) {
            return new Verdict(
                    DisconnectReason.TRANSPORT_FAILED, ofEngine.isPermanent() ? Action.GIVE_UP : Action.RECONNECT);
        }
        boolean lasting = failure instanceof StoreException
                && !(failure instanceof UnavailableException || failure instanceof InDoubtException);
        return new Verdict(DisconnectReason.STORE_FAILED, lasting ? Action.GIVE_UP : Action.RECONNECT);
    }

    /** A login that is refused says more than a connection that breaks off: servers were seen to do that by mistake. */
    private static boolean isConfirmed(Situation now) {
        return now.loggingOut() || (now.suspected() && !now.opened());
    }

    /** The codes of a connection last for minutes; that nobody used them is no failure. */
    private static Verdict pairing(Situation now) {
        return now.codesLeft()
                ? new Verdict(DisconnectReason.CONNECTION_LOST, Action.RECONNECT_NOW)
                : as(DisconnectReason.PAIRING_EXPIRED);
    }

    private static Verdict as(DisconnectReason reason) {
        return new Verdict(reason, reason.action());
    }
}
