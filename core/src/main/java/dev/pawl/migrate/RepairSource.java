package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What is saved of a damaged session, as a source to migrate from: the rows in memory, the places those of the
 * damaged store.
 */
final class RepairSource extends ForwardingBackend {

    private final Backend damaged;

    RepairSource(Backend damaged, SessionName session, RepairJudgement judgement) {
        super(new MemoryBackend());
        this.damaged = damaged;
        delegate().commit(session, new Batch(List.of(), judgement.kept(), List.of()));
        delegate().commit(session, new Batch(List.of(), judgement.leases(), List.of()));
    }

    /**
     * Leases are those of now, as far as they can be read: a mark that shows up there unmasks two names for one
     * store.
     */
    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        if (keys.stream().allMatch(key -> key.family() == Family.LEASE)) {
            try {
                return damaged.get(session, keys);
            } catch (CorruptDataException e) {
                return super.get(session, keys);
            }
        }
        return super.get(session, keys);
    }

    @Override
    public String locate(SessionName session, Key key) {
        return damaged.locate(session, key);
    }
}
