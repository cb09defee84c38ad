package dev.pawl;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Why a client is not connected, and what it does about it; {@code docs/client.md} has the table. Only {@link
 * #LOGGED_OUT} ever clears credentials, and only when it was confirmed.
 */
public enum DisconnectReason {
    /**
     * The server says that this device is not linked. Believed when we asked for it, or when a login is refused so right
     * after another such close.
     */
    LOGGED_OUT(Action.CONFIRM, 401, 410),
    /** The server does not let this account in. */
    FORBIDDEN(Action.GIVE_UP, 403),
    /** The server does not talk to this version of the protocol: the transport needs an update. */
    OUTDATED(Action.GIVE_UP, 405),
    /** The connection broke, or nothing answered. */
    CONNECTION_LOST(Action.RECONNECT, 408),
    /** The account has not joined what linked devices need. */
    MULTI_DEVICE_MISMATCH(Action.GIVE_UP, 411),
    /** The server closed the connection. */
    CONNECTION_CLOSED(Action.RECONNECT, 428),
    /** We connect too often. */
    RATE_LIMITED(Action.RECONNECT_LATER, 429),
    /** The same device logged in elsewhere. Who connects again throws the other one out, and so on. */
    REPLACED(Action.GIVE_UP, 440),
    /** The server failed, or did not like something in what we sent. */
    BAD_SESSION(Action.RECONNECT, 500),
    /** The server is not available. */
    UNAVAILABLE(Action.RECONNECT, 503),
    /** The server asks for a new connection, as it does after pairing. */
    RESTART_REQUIRED(Action.RECONNECT_NOW, 515),
    /** The server closed with a code that is none of these. */
    UNKNOWN(Action.RECONNECT),
    /** The engine of the protocol failed, or could not be started. */
    TRANSPORT_FAILED(Action.RECONNECT),
    /** What has to be stored could not be, or what is stored could not be read. */
    STORE_FAILED(Action.RECONNECT),
    /** Nobody used the codes to pair with that were shown. */
    PAIRING_EXPIRED(Action.GIVE_UP),
    /** Somebody took the session over. */
    LEASE_LOST(Action.GIVE_UP),
    /** We were told to disconnect. */
    REQUESTED(Action.GIVE_UP);

    /** What a client does about a close. */
    enum Action {
        /** Connects again at once. */
        RECONNECT_NOW,
        /** Connects again after a pause that grows. */
        RECONNECT,
        /** Connects again after a long pause. */
        RECONNECT_LATER,
        /** Connects again to see whether it is told the same; then clears. */
        CONFIRM,
        /** Stays disconnected; the credentials stay. */
        GIVE_UP,
        /** Clears the credentials and stays disconnected. */
        CLEAR
    }

    private final Action action;

    @SuppressWarnings("ImmutableEnumChecker") // it is one that cannot be changed
    private final List<Integer> codes;

    DisconnectReason(Action action, Integer... codes) {
        this.action = action;
        this.codes = List.of(codes);
    }

    /** What it usually leads to. */
    Action action() {
        return action;
    }

    /** The codes that mean it. */
    List<Integer> codes() {
        return codes;
    }

    /** What a code means; without one the engine failed. */
    static DisconnectReason of(OptionalInt code) {
        if (code.isEmpty()) {
            return TRANSPORT_FAILED;
        }
        return Arrays.stream(values())
                .filter(reason -> reason.codes.contains(code.getAsInt()))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
