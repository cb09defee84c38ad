package dev.pawl.cli;

import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the exit status of the command means. */
final class ExitStatus {

    static final int DONE = 0;
    static final int PROBLEM = 1;
    static final int USAGE = 2;

    private ExitStatus() {}

    /** The status for what a store threw: a store that cannot do what was asked is wrong usage, all else is a problem. */
    static int of(StoreException failure) {
        return failure instanceof UnsupportedException ? USAGE : PROBLEM;
    }

    /** For {@code --help}. */
    static Map<String, String> descriptions() {
        Map<String, String> statuses = new LinkedHashMap<>();
        statuses.put(" " + DONE, "done");
        statuses.put(" " + PROBLEM, "the store has a problem, or the thing asked for is not there");
        statuses.put(" " + USAGE, "wrong usage");
        return statuses;
    }
}
