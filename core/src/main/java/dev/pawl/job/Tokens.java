package dev.pawl.job;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a {@link RateLimit} allows right now: a bucket of tokens for all recipients and one for each, that fill with
 * time. A send takes one of each; who finds none learns how long to wait.
 *
 * <p><b>Thread-safety.</b> None.
 */
final class Tokens {

    /** From so many recipients on, those whose buckets are full again are forgotten. */
    private static final int CROWD = 1000;

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final RateLimit limit;
    private final Bucket all;
    private final Map<String, Bucket> recipients = new HashMap<>();

    /** Fills up to its capacity, so many a nanosecond. */
    private static final class Bucket {
        private final double capacity;
        private final double rate;
        private double tokens;
        private long at;

        Bucket(double perSecond, double capacity, long now) {
            this.capacity = capacity;
            this.rate = perSecond / SECOND;
            this.tokens = capacity;
            this.at = now;
        }

        /** How long until there is a token, in nanoseconds; 0 when there is one. */
        long until(long now) {
            fill(now);
            return tokens >= 1 ? 0 : Math.max(1, (long) Math.min(Long.MAX_VALUE, Math.ceil((1 - tokens) / rate)));
        }

        void take(long now) {
            fill(now);
            tokens--;
        }

        boolean isFull(long now) {
            fill(now);
            return tokens >= capacity;
        }

        private void fill(long now) {
            tokens = Math.min(capacity, tokens + Math.max(0, now - at) * rate);
            at = now;
        }
    }

    Tokens(RateLimit limit, long now) {
        this.limit = limit;
        this.all = bucket(limit.perSecond(), limit.burst().orElse(limit.perSecond()), now);
    }

    private static Bucket bucket(double perSecond, double burst, long now) {
        // with less than one there would never be a whole token
        double capacity = Math.max(1, Math.min(burst, Double.MAX_VALUE));
        return new Bucket(Math.min(perSecond, Double.MAX_VALUE), capacity, now);
    }

    /** How long until anything may be sent, in nanoseconds. */
    long until(long now) {
        return all.until(now);
    }

    /** How long until something may be sent to this recipient as far as that one is concerned. */
    long until(String recipient, long now) {
        Bucket bucket = recipients.get(recipient);
        return bucket == null ? 0 : bucket.until(now);
    }

    /** Something is sent. */
    void take(String recipient, long now) {
        all.take(now);
        if (limit.perRecipient().isEmpty()) {
            return;
        }
        if (recipients.size() >= CROWD) {
            recipients.values().removeIf(bucket -> bucket.isFull(now));
        }
        double rate = limit.perRecipient().getAsDouble();
        recipients.computeIfAbsent(recipient, name -> bucket(rate, rate, now)).take(now);
    }

    /** How many recipients are remembered. */
    int size() {
        return recipients.size();
    }
}
