package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Takes little at once, has rows that cannot be read, loses answers, and lets others in between two calls. */
final class Fragile extends ForwardingBackend {

    static final int BATCH = 400 << 10;

    /** The most bytes of a job here. */
    static final int MOST = BATCH / 4 - JobSize.GROWTH;

    private static final Runnable NOTHING = () -> {};

    final Set<Key> unreadable = new HashSet<>();

    /** Is done once, before the next commit. */
    Runnable beforeCommit = NOTHING;

    /** Is done once, after the next scan that found something. */
    Runnable afterScan = NOTHING;

    /** Of the next commit, which is applied. */
    boolean losesAnswer;

    Fragile() {
        super(new MemoryBackend());
    }

    @Override
    public Traits traits() {
        Traits all = super.traits();
        return new Traits(
                all.families(),
                all.durability(),
                new Traits.Limits(1000, BATCH, BATCH, 500),
                all.manySessions(),
                all.verbatim());
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        Runnable before = beforeCommit;
        beforeCommit = NOTHING;
        before.run();
        traits().requireWithin(batch);
        super.commit(session, batch);
        if (losesAnswer) {
            losesAnswer = false;
            throw new InDoubtException("the answer was lost");
        }
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        keys.forEach(this::requireReadable);
        return super.get(session, keys);
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        Page<Row, Position> page = super.scan(session, scan);
        if (!scan.keysOnly()) {
            page.items().forEach(row -> requireReadable(row.key()));
        }
        if (!page.items().isEmpty()) {
            Runnable after = afterScan;
            afterScan = NOTHING;
            after.run();
        }
        return page;
    }

    private void requireReadable(Key key) {
        if (unreadable.contains(key)) {
            throw new CorruptDataException(key, "sector 7", "cannot be read");
        }
    }
}
