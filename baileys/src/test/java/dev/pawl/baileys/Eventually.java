package dev.pawl.baileys;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What a history shows comes behind the back of whoever caused it: looks until it is so. */
final class Eventually {

    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

    private Eventually() {}

    interface Claim {
        void check() throws Exception;
    }

    /** Returns when the claim holds; fails as it does when it still does not after 20 seconds. */
    static void holds(Claim claim) throws Exception {
        holds(Program.PATIENCE, claim);
    }

    /** The same, with another patience. */
    static void holds(Duration longest, Claim claim) throws Exception {
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            try {
                claim.check();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
