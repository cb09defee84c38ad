package dev.pawl.job;

import dev.pawl.backend.Row;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnsupportedException;

/**
 * How big a job may be. A step of a broadcast checks and writes two jobs, the one that ends and the one whose turn it is, in
 * one commit: a quarter of what a backend takes at once is what any job can be on its way.
 */
final class JobSize {

    /** What a job grows by until it has ended: an error, a claim, a reason. */
    static final int GROWTH = 8 << 10;

    private JobSize() {}

    /** The most bytes of a job that is scheduled. */
    static long most(Traits.Limits limits) {
        return Math.min(limits.valueBytes(), limits.bytes() / 4) - GROWTH;
    }

    /** What it costs to change one job, as a batch counts: its bytes before and after. */
    static long ofChange(Row row) {
        return 2L * row.value().size() + GROWTH;
    }

    /**
     * Refuses what could be stored and never sent.
     *
     * @throws UnsupportedException saying how big a job may be
     */
    static void require(Row row, Traits.Limits limits) {
        if (row.value().size() > most(limits)) {
            throw new UnsupportedException(row.key() + " " + problem(row, limits)
                    + ": let the payload refer to what is big, and the sender fetch it");
        }
    }

    static boolean isTooBig(Row row, Traits.Limits limits) {
        // one that waits may have grown since it was scheduled
        return row.value().size() > most(limits) + GROWTH / 2;
    }

    static String problem(Row row, Traits.Limits limits) {
        return "has " + row.value().size() + " bytes, and a job on this backend at most " + most(limits);
    }
}
