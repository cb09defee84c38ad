package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.Collection;
import java.util.Map;

/** What one process sees of a storage, until it dies: before or after a commit that a test chooses. */
final class MortalBackend extends ForwardingBackend {

    private int left = Integer.MAX_VALUE;
    private boolean afterwards;
    private boolean dead;

    MortalBackend(Backend storage) {
        super(storage);
    }

    /**
     * Dies at a commit.
     *
     * @param commits how many go well before it
     * @param applied whether that one is applied
     */
    void dieAt(int commits, boolean applied) {
        left = commits;
        afterwards = applied;
    }

    /** Dies now. */
    void die() {
        dead = true;
    }

    boolean isDead() {
        return dead;
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        requireAlive();
        return super.get(session, keys);
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        requireAlive();
        return super.scan(session, scan);
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        if (session.equals(SessionName.PAWL)) {
            super.commit(session, batch);
            return;
        }
        requireAlive();
        if (left-- == 0) {
            dead = true;
            if (afterwards) {
                super.commit(session, batch);
            }
            requireAlive();
        }
        super.commit(session, batch);
    }

    private void requireAlive() {
        if (dead) {
            throw new ClosedException("this process is dead");
        }
    }
}
