package dev.pawl.message;

import java.time.Duration;

/** How long to wait before trying again: longer each time, up to a limit, and short again once something went well. */
final class Pauses {

    private final long first;
    private final long longest;
    private long next;

    Pauses(Duration first, Duration longest) {
        this.first = Math.min(nanos(first), nanos(longest));
        this.longest = nanos(longest);
        this.next = this.first;
    }

    /** The next one, in nanoseconds. */
    long next() {
        long now = next;
        next = now > longest / 2 ? longest : now * 2;
        return now;
    }

    /** Something went well. */
    void reset() {
        next = first;
    }

    /** In nanoseconds; 292 years for more than that. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE;
        }
    }
}
