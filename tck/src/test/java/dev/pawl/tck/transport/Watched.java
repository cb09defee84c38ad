package dev.pawl.tck.transport;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A backend whose commits and reads a test sees, and may make fail, before they are done. */
final class Watched extends ForwardingBackend {

    private final AtomicReference<Consumer<Batch>> watcher = new AtomicReference<>(batch -> {});

    private final AtomicReference<Consumer<Collection<Key>>> reader = new AtomicReference<>(keys -> {});

    Watched(Backend delegate) {
        super(delegate);
    }

    /** What is done before each commit that writes something of a family. */
    void beforeWriting(Family family, Runnable action) {
        watcher.set(batch -> {
            if (batch.puts().stream().anyMatch(row -> row.key().family() == family)) {
                action.run();
            }
        });
    }

    /** What is done with each commit, before it. */
    void beforeWriting(Consumer<Batch> action) {
        watcher.set(action);
    }

    /** What is done before each reading of a record of a family. */
    void beforeReading(Family family, Runnable action) {
        reader.set(keys -> {
            if (keys.stream().anyMatch(key -> key.family() == family)) {
                action.run();
            }
        });
    }

    void lookAway() {
        watcher.set(batch -> {});
        reader.set(keys -> {});
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        reader.get().accept(keys);
        return super.get(session, keys);
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        watcher.get().accept(batch);
        super.commit(session, batch);
    }
}
