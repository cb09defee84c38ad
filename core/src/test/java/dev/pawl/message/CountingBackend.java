package dev.pawl.message;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what goes to a backend, takes less at once than it, and loses an answer when told to. */
final class CountingBackend extends ForwardingBackend {

    int reads;
    int scans;
    int commits;
    int rowsPut;

    /** What becomes of the next commit whose answer is lost. */
    enum Lost {
        NOTHING,
        APPLIED,
        NOT_APPLIED
    }

    Lost next = Lost.NOTHING;

    /** What somebody else does behind the next scan. */
    Runnable meanwhile = () -> {};

    /** Whether the next removal of everything fails. */
    boolean keeps;

    Traits.Limits limits = Traits.Limits.NONE;

    CountingBackend(Backend delegate) {
        super(delegate);
    }

    void reset() {
        reads = 0;
        scans = 0;
        commits = 0;
        rowsPut = 0;
    }

    @Override
    public Traits traits() {
        Traits all = super.traits();
        return new Traits(all.families(), all.durability(), limits, all.manySessions(), all.verbatim());
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        if (session.equals(SessionName.DEFAULT)) {
            reads++;
        }
        return super.get(session, keys);
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        scans++;
        Page<Row, Position> page = super.scan(session, scan);
        Runnable once = meanwhile;
        meanwhile = () -> {};
        once.run();
        return page;
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        if (keeps) {
            keeps = false;
            throw UnavailableException.connectionFailed("somebody pulled the plug");
        }
        super.erase(session, families, checks);
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        boolean ofHistory = batch.puts().stream()
                        .anyMatch(
                                row -> MessageWriter.HISTORY.contains(row.key().family()))
                || !batch.deletes().isEmpty();
        if (!session.equals(SessionName.DEFAULT) || !ofHistory) {
            super.commit(session, batch);
            return;
        }
        traits().requireWithin(batch);
        commits++;
        Lost lost = next;
        next = Lost.NOTHING;
        if (lost != Lost.NOT_APPLIED) {
            super.commit(session, batch);
            rowsPut += batch.puts().size();
        }
        if (lost != Lost.NOTHING) {
            throw new InDoubtException("the answer was lost", new IllegalStateException());
        }
    }
}
