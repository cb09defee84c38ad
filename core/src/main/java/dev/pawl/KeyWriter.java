package dev.pawl;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.transport.KeyChanges;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stores what links write, one after another in the order in which it came. Values are absolute and nobody else writes, so
 * what failed, or may have been applied, is simply written again a few times; after that the link ends.
 */
final class KeyWriter {

    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofMillis(1000));

    private final AuthStore auth;
    private final ReentrantLock turn = new ReentrantLock(true);

    KeyWriter(AuthStore auth) {
        this.auth = auth;
    }

    void write(KeyChanges changes) {
        Updates updates = updates(changes);
        turn.lock();
        try {
            Iterator<Duration> pauses = PAUSES.iterator();
            while (true) {
                try {
                    auth.write(updates);
                    return;
                } catch (InDoubtException | UnavailableException e) {
                    if (!pauses.hasNext() || !pause(pauses.next(), e)) {
                        throw e;
                    }
                }
            }
        } finally {
            turn.unlock();
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

    private static Updates updates(KeyChanges changes) {
        Updates updates = Updates.none();
        for (Map.Entry<String, Map<String, Optional<Bytes>>> type :
                changes.keys().entrySet()) {
            KeyType<Bytes> text = KeyType.text(type.getKey());
            for (Map.Entry<String, Optional<Bytes>> one : type.getValue().entrySet()) {
                updates = one.getValue().isPresent()
                        ? updates.put(text, one.getKey(), one.getValue().get())
                        : updates.delete(text, one.getKey());
            }
        }
        return changes.credentials().isPresent()
                ? updates.credentials(changes.credentials().get())
                : updates;
    }
}
