package dev.pawl.message;

import dev.pawl.backend.Key;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows that have to be looked at because of pairs that were learnt: some of them with each commit, so that none is more
 * than a backend takes.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class DueRows {

    /** The most that one commit looks at. */
    static final int STEP = 250;

    private final Set<Key> keys = new LinkedHashSet<>();
    private List<Key> taken = List.of();
    private int most = STEP;

    void add(Collection<Key> more) {
        keys.addAll(more);
    }

    /** The first of them, which the next commit looks at. */
    List<Key> first() {
        taken = keys.stream().limit(most).toList();
        return taken;
    }

    /** What the commit would be is too much: the next attempt takes half, and tells whether there was something to take less of. */
    boolean fewer() {
        most = taken.size() / 2;
        return !taken.isEmpty();
    }

    /** The commit was made: it looked at what was taken. */
    void done() {
        taken.forEach(keys::remove);
        taken = List.of();
        most = STEP;
    }

    /** Forgets all. */
    void clear() {
        keys.clear();
        done();
    }
}
