package dev.pawl.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one run of a command has opened; closed in reverse order when it ends, and also when the process is told to end, so
 * that a lease is given back.
 *
 * <p><b>Thread-safety.</b> Safe; the second of two closers waits for the first.
 */
final class Resources implements AutoCloseable {

    private static final Set<Resources> OPEN = ConcurrentHashMap.newKeySet();
    private static volatile boolean ending;

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    Resources() {
        OPEN.add(this);
    }

    /** Closes everything that is open when the process is told to end. */
    static void closeWhenProcessEnds() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ending = true;
                            OPEN.forEach(Resources::close);
                        },
                        "pawl-release"));
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

    @Override
    public synchronized void close() {
        OPEN.remove(this);
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
        if (failure != null) {
            throw failure;
        }
    }
}
