package dev.pawl.message;

import dev.pawl.backend.ClosedException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of one store: at most one for each source, so that nothing comes twice.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class Bindings implements AutoCloseable {

    private final Supplier<Intake> intakes;
    private final ReentrantLock turn = new ReentrantLock();
    private final IdentityHashMap<EventSource, Conveyor> bySource = new IdentityHashMap<>();
    private boolean closed;

    /**
     * Without any yet.
     *
     * @param intakes gives each binding one of its own
     */
    Bindings(Supplier<Intake> intakes) {
        this.intakes = intakes;
    }

    /** As {@link MessageStore#bind}. */
    Binding bind(EventSource source, BindingOptions options) {
        Conveyor conveyor = replace(source, options);
        // Without the turn: a source may say all it has to say before this returns.
        conveyor.listenTo(source);
        return conveyor;
    }

    private Conveyor replace(EventSource source, BindingOptions options) {
        turn.lock();
        try {
            if (closed) {
                throw new ClosedException("the store of messages is closed");
            }
            bySource.values().removeIf(Conveyor::hasEnded);
            @Nullable Conveyor before = bySource.get(source);
            Conveyor conveyor =
                    before == null ? new Conveyor(intakes.get(), options) : new Conveyor(before.handOver(), options);
            bySource.put(source, conveyor);
            return conveyor.start();
        } finally {
            turn.unlock();
        }
    }

    /** Closes all of them; from then on there are no new ones. */
    @Override
    public void close() {
        List<Conveyor> open;
        turn.lock();
        try {
            closed = true;
            open = List.copyOf(bySource.values());
            bySource.clear();
        } finally {
            turn.unlock();
        }
        open.forEach(Conveyor::close);
    }
}
