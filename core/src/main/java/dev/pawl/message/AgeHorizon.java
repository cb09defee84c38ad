package dev.pawl.message;

import java.util.HashSet;
import java.util.Set;

/**
 * Below which second pruning by age has looked at every message, in the memory of the owner: what stays there has no time
 * and never grows old, so that it is not looked at again.
 *
 * <p><b>Thread-safety.</b> Safe. {@link Run#reached} is called in the writer's turn, so that it misses no message.
 */
final class AgeHorizon {

    private final Set<Run> runs = new HashSet<>();
    private long below;

    /** One pruning, while others may write. */
    final class Run implements AutoCloseable {

        private final long from;
        private long lowest = Long.MAX_VALUE;

        private Run(long from) {
            this.from = from;
        }

        /** The second below which nothing has to be looked at. */
        long from() {
            return from;
        }

        /** Everything below this second was looked at, but for what was put meanwhile. */
        void reached(long cutoff) {
            synchronized (AgeHorizon.this) {
                below = Math.max(below, Math.min(cutoff, lowest));
            }
        }

        @Override
        public void close() {
            synchronized (AgeHorizon.this) {
                runs.remove(this);
            }
        }
    }

    /** A pruning of all conversations begins. */
    synchronized Run begin() {
        Run run = new Run(below);
        runs.add(run);
        return run;
    }

    /** A message may have come to this second. */
    synchronized void put(long second) {
        below = Math.min(below, second);
        runs.forEach(run -> run.lowest = Math.min(run.lowest, second));
    }

    /** Nobody knows what was put. */
    void forget() {
        put(0);
    }
}
