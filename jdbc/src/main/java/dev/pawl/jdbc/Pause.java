package dev.pawl.jdbc;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for another process to get on. */
final class Pause {

    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Pause() {}

    /** Waits some milliseconds, also when the caller is being interrupted, which stays visible to it. */
    static void brief() {
        long end = System.nanoTime() + NANOS;
        boolean interrupted = false;
        for (long left = NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
