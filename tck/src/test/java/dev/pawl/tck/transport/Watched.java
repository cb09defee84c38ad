package dev.pawl.tck.transport;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.SessionName;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A backend whose commits a test sees, and may make fail, before they are applied. */
final class Watched extends ForwardingBackend {

    private final AtomicReference<Consumer<Batch>> watcher = new AtomicReference<>(batch -> {});

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

    void lookAway() {
        watcher.set(batch -> {});
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        watcher.get().accept(batch);
        super.commit(session, batch);
    }
}
