package dev.pawl.job;

import java.util.OptionalDouble;

/**
 * How fast the jobs of one session are sent. Every process counts for itself: with several runners on one session, each
 * gets its share of what the account may send.
 *
 * @param perSecond sends a second to all recipients together
 * @param burst how many may go at once after a pause; as many as go in a second unless said
 * @param perRecipient sends a second to one recipient, and at once after a pause at least one. A job that has to wait
 *     for its recipient lets jobs for others pass.
 */
public record RateLimit(double perSecond, OptionalDouble burst, OptionalDouble perRecipient) {

    /** As fast as sending goes. */
    public static final RateLimit NONE =
            new RateLimit(Double.POSITIVE_INFINITY, OptionalDouble.empty(), OptionalDouble.empty());

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is not above 0
     */
    public RateLimit {
        if (!(perSecond > 0) || !(burst.orElse(1) > 0) || !(perRecipient.orElse(1) > 0)) {
            throw new IllegalArgumentException("a rate and a burst are above 0");
        }
    }

    /** So many a second, to all recipients together. */
    public static RateLimit perSecond(double sends) {
        return new RateLimit(sends, OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** The same, with so many at once after a pause. */
    public RateLimit burst(double sends) {
        return new RateLimit(perSecond, OptionalDouble.of(sends), perRecipient);
    }

    /** The same, and so many a second to one recipient. */
    public RateLimit perRecipient(double sends) {
        return new RateLimit(perSecond, burst, OptionalDouble.of(sends));
    }
}
