package dev.pawl;

import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Asks a store again when it fails for a moment: a link is dear, and the server takes a key that cannot be read for a
 * message that cannot be. Only for what may be done twice.
 */
final class Persistence {

    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofMillis(1000));

    private Persistence() {}

    /**
     * Does something, and again after each pause as long as it fails.
     *
     * @throws StoreException the last time it failed; at once when the thread is interrupted, which it stays, or when trying
     *     again is of no use
     */
    static <T> T of(Supplier<T> work) {
        Iterator<Duration> pauses = PAUSES.iterator();
        while (true) {
            try {
                return work.get();
            } catch (InDoubtException | UnavailableException e) {
                if (!pauses.hasNext() || !pause(pauses.next(), e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean pause(Duration pause, StoreException failure) {
        try {
            Thread.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure.addSuppressed(e);
            return false;
        }
    }
}
