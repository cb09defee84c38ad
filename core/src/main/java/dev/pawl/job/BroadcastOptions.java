package dev.pawl.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What is particular about a broadcast.
 *
 * @param id its id, 1 to 64 of {@code A-Z a-z 0-9 _ -}: a call that was interrupted is finished by the same call with
 *     the same id. A random one unless said.
 * @param start when the first message goes; now unless said
 * @param pacing how long is waited between two messages, at least
 * @param maxAttempts a recipient is given up after this many attempts; as the runner has it unless said
 */
public record BroadcastOptions(Optional<String> id, Optional<Instant> start, Duration pacing, OptionalInt maxAttempts) {

    /** Five messages a second, from now on. */
    public static final BroadcastOptions STANDARD =
            new BroadcastOptions(Optional.empty(), Optional.empty(), Duration.ofMillis(200), OptionalInt.empty());

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /**
     * Checks what is said.
     *
     * @throws IllegalArgumentException when the id has another shape, time is negative or attempts are below 1
     */
    public BroadcastOptions {
        if (id.filter(text -> !ID.matcher(text).matches()).isPresent()) {
            throw new IllegalArgumentException("the id of a broadcast has 1 to 64 characters of A-Z a-z 0-9 _ -");
        }
        JobOptions.requireTime(pacing);
        if (maxAttempts.isPresent() && maxAttempts.getAsInt() < 1) {
            throw new IllegalArgumentException("a job has at least 1 attempt, not " + maxAttempts.getAsInt());
        }
    }

    /** The same, with this id. */
    public BroadcastOptions id(String text) {
        return new BroadcastOptions(Optional.of(text), start, pacing, maxAttempts);
    }

    /** The same, from this moment on. */
    public BroadcastOptions start(Instant first) {
        return new BroadcastOptions(id, Optional.of(first), pacing, maxAttempts);
    }

    /** The same, with so long between two messages. */
    public BroadcastOptions pacing(Duration between) {
        return new BroadcastOptions(id, start, between, maxAttempts);
    }

    /** The same, giving a recipient up after this many attempts. */
    public BroadcastOptions maxAttempts(int attempts) {
        return new BroadcastOptions(id, start, pacing, OptionalInt.of(attempts));
    }
}
