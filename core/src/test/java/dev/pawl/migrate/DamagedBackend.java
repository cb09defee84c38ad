package dev.pawl.migrate;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.Salvageable;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A store of which only a walk gives anything, and just what a test put on the way. */
final class DamagedBackend extends ForwardingBackend implements Salvageable {

    private final List<Consumer<Visitor>> way = new ArrayList<>();
    private long offset = 40;
    private Runnable afterWalk = () -> {};

    DamagedBackend() {
        super(new MemoryBackend());
    }

    DamagedBackend puts(Row... rows) {
        way.add(visitor -> visitor.intact(Batch.of(rows)));
        return this;
    }

    DamagedBackend deletes(Key... keys) {
        way.add(visitor -> visitor.intact(new Batch(List.of(), List.of(), List.of(keys))));
        return this;
    }

    /** A part of which nothing is known. */
    DamagedBackend losesAPart() {
        return loses(Optional.empty());
    }

    /** Just the values of these. */
    DamagedBackend losesValues(Key... keys) {
        return loses(Optional.of(Set.of(keys)));
    }

    private DamagedBackend loses(Optional<Set<Key>> records) {
        Lost part = new Lost("main.log", offset, offset + 100, "is not what was written", records);
        offset += 200;
        way.add(visitor -> visitor.lost(part));
        return this;
    }

    /** Somebody writes to it when it was walked through for the first time. */
    DamagedBackend changesAfterTheFirstWalk(Row row) {
        afterWalk = () -> puts(row);
        return this;
    }

    @Override
    public void salvage(SessionName session, Visitor visitor) {
        List.copyOf(way).forEach(step -> step.accept(visitor));
        afterWalk.run();
        afterWalk = () -> {};
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        for (Key key : keys) {
            if (key.family() != Family.LEASE || !way.isEmpty()) {
                throw new CorruptDataException("main.log", "cannot be opened");
            }
        }
        return super.get(session, keys);
    }
}
