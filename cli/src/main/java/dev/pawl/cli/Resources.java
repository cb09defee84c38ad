package dev.pawl.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What one run of a command has opened; closed in reverse order when it ends, and also when the process is told to end, so
 * that a lease is given back.
 *
 * <p><b>Thread-safety.</b> Safe; the second of two closers waits for the first.
 */
final class Resources implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Set<Resources> OPEN = ConcurrentHashMap.newKeySet();
    private static volatile boolean ending;

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    Resources() {
        OPEN.add(this);
    }

    /**
     * Lets commands end in order when the process is told to end: long work looks at {@link #ending}, stops and gives its
     * leases back. What has not ended in time is closed under it.
     */
    static void closeWhenProcessEnds() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ending = true;
                            OPEN.forEach(Resources::awaitClosed);
                            OPEN.forEach(Resources::close);
                        },
                        "pawl-release"));
    }

    /** Ends long work when the process is told to end. */
    static void requireNotEnding() {
        if (ending) {
            throw Failure.problem("INTERRUPTED pawl was told to end");
        }
    }

    /** Whether the process is on its way out, and what fails now fails because of that. */
    static boolean ending() {
        return ending;
    }

    /** Takes over what was opened. */
    synchronized <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    /** Who waits for input holds nothing and is not waited for. */
    private synchronized void awaitClosed() {
        long until = System.nanoTime() + PATIENCE_NANOS;
        try {
            while (!owned.isEmpty() && System.nanoTime() - until < 0) {
                TimeUnit.NANOSECONDS.timedWait(this, until - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        RuntimeException failure = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (RuntimeException e) {
                failure = e;
            } catch (Exception e) {
                failure = new IllegalStateException(e);
            }
        }
        // Not before: who ends the process waits only for what is open.
        OPEN.remove(this);
        notifyAll();
        if (failure != null) {
            throw failure;
        }
    }
}
