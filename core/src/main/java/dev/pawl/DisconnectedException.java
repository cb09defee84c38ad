package dev.pawl;

import java.util.Optional;

/** A client is not connected and does not try to be, or was not when it was asked to send. */
public final class DisconnectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Disconnection> disconnection;

    DisconnectedException(String message, Optional<Disconnection> disconnection) {
        super(message);
        this.disconnection = disconnection;
    }

    /** How the last connection ended, if there was one. */
    public Optional<Disconnection> disconnection() {
        return disconnection;
    }
}
