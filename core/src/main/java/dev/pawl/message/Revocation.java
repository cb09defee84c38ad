package dev.pawl.message;

import java.time.Instant;
import java.util.Optional;

/**
 * That a message was taken back. What it said is gone.
 *
 * @param by who took it back, where that is known: its author or an admin
 * @param time when, where that is known
 */
public record Revocation(Optional<String> by, Optional<Instant> time) {}
