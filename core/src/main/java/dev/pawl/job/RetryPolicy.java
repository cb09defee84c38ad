package dev.pawl.job;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often a send is tried, and how long is waited between.
 *
 * @param maxAttempts given up after this many, unless {@link JobOptions#maxAttempts} says otherwise
 * @param first the wait after the first failure; doubled each time
 * @param longest the most it is doubled to
 * @param jitter what part of each wait is left to chance, 0 to 1: what failed together does not come back together
 */
public record RetryPolicy(int maxAttempts, Duration first, Duration longest, double jitter) {

    /** Six attempts within about five minutes: 10 s, 20 s, 40 s … up to 10 min, a fifth of each by chance. */
    public static final RetryPolicy STANDARD = new RetryPolicy(6, Duration.ofSeconds(10), Duration.ofMinutes(10), 0.2);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when attempts are below 1, a time is negative or the part is not one
     */
    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("a job has at least 1 attempt, not " + maxAttempts);
        }
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("the longest wait is at least the first, and that is not negative");
        }
        JobOptions.requireTime(longest);
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("what is left to chance is a part between 0 and 1");
        }
    }

    /** The same, given up after this many attempts. */
    public RetryPolicy maxAttempts(int attempts) {
        return new RetryPolicy(attempts, first, longest, jitter);
    }

    /**
     * How long to wait after a failure.
     *
     * @param failures how many attempts have failed, at least 1
     */
    Duration pause(int failures, RandomGenerator chance) {
        double doubled = first.toMillis() * Math.pow(2, Math.min(failures - 1, 62));
        double whole = Math.min((double) longest.toMillis(), doubled);
        return Duration.ofMillis(Math.round(whole * (1 - jitter * chance.nextDouble())));
    }
}
