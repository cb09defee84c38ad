package dev.pawl;

import dev.pawl.DisconnectReason.Action;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Counts failures in a row and says how long to wait after each. Of the thread of the lifecycle. */
final class Reconnection {

    /** After so many restarts in a row that the server asked for, they are failures like others. */
    private static final int RESTARTS = 3;

    private final ReconnectPolicy policy;
    private final RandomGenerator chance;
    private int failures;
    private int restarts;

    Reconnection(ReconnectPolicy policy, RandomGenerator chance) {
        this.policy = policy;
        this.chance = chance;
    }

    /** All is well, or is begun anew. */
    void reset() {
        failures = 0;
        restarts = 0;
    }

    /**
     * One more failure.
     *
     * @return how long to wait; empty to give up
     */
    Optional<Duration> next(Action action) {
        if (action == Action.RECONNECT_NOW && ++restarts <= RESTARTS) {
            return Optional.of(Duration.ZERO);
        }
        failures++;
        if (policy.attempts() > 0 && failures >= policy.attempts()) {
            return Optional.empty();
        }
        return Optional.of(action == Action.RECONNECT_LATER ? jittered(policy.rateLimited()) : jittered(grown()));
    }

    private Duration grown() {
        Duration pause = policy.first();
        for (int i = 1; i < failures && pause.compareTo(policy.longest()) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return shorter(pause, policy.longest());
    }

    private Duration jittered(Duration pause) {
        double part = policy.jitter() * (2 * chance.nextDouble() - 1);
        Duration moved = Duration.ofNanos((long) (pause.toNanos() * (1 + part)));
        return shorter(moved, longer(pause, policy.longest()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
