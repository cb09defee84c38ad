package dev.pawl;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A connection ended, or an attempt to make one.
 *
 * @param reason what that means
 * @param code what the server said, if it said something
 * @param message for people and logs
 * @param pause how long it waits before it connects again; empty when it does not
 */
public record Disconnection(DisconnectReason reason, OptionalInt code, String message, Optional<Duration> pause) {

    /** Whether it connects again by itself. */
    public boolean willReconnect() {
        return pause.isPresent();
    }
}
