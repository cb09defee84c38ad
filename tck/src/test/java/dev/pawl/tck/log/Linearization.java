package dev.pawl.tck.log;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for an order in which the operations of a history may have happened one after the other: each at some moment between
 * its call and its return, and each with what it saw. The search of Wing and Gong, which tries no state twice in which the
 * same operations are done.
 */
final class Linearization {

    private static final int MOST = Long.SIZE;

    private final List<Observed> history;
    private final Set<Tried> tried = new HashSet<>();

    private record Tried(long done, List<Integer> state) {}

    private Linearization(List<Observed> history) {
        this.history = history;
    }

    /**
     * Whether there is one.
     *
     * @param history at most 64 operations
     * @param initial what the registers held before
     */
    static boolean exists(List<Observed> history, List<Integer> initial) {
        if (history.size() > MOST) {
            throw new IllegalArgumentException("a history of " + history.size() + " operations is too long");
        }
        return new Linearization(history).continues(0, initial);
    }

    private boolean continues(long done, List<Integer> state) {
        if (Long.bitCount(done) == history.size()) {
            return true;
        }
        if (!tried.add(new Tried(done, state))) {
            return false;
        }
        long firstReturn = Long.MAX_VALUE;
        for (int i = 0; i < history.size(); i++) {
            firstReturn = isDone(done, i)
                    ? firstReturn
                    : Math.min(firstReturn, history.get(i).end());
        }
        for (int i = 0; i < history.size(); i++) {
            Observed next = history.get(i);
            // What was called after another one had returned comes after it.
            if (!isDone(done, i)
                    && next.begin() <= firstReturn
                    && next.fits(state)
                    && continues(done | 1L << i, next.applyTo(state))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDone(long done, int operation) {
        return (done >>> operation & 1) == 1;
    }
}
