package dev.pawl;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.json.Bytes;
import dev.pawl.transport.KeyChanges;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stores what links write, one after another in the order in which it came. Values are absolute and nobody else writes, so
 * what failed, or may have been applied, is simply written again a few times; after that the link ends.
 */
final class KeyWriter {

    private final AuthStore auth;
    private final ReentrantLock turn = new ReentrantLock(true);

    KeyWriter(AuthStore auth) {
        this.auth = auth;
    }

    void write(KeyChanges changes) {
        Updates updates = updates(changes);
        turn.lock();
        try {
            Persistence.of(() -> {
                auth.write(updates);
                return true;
            });
        } finally {
            turn.unlock();
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
