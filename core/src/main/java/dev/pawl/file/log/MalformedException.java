package dev.pawl.file.log;

import java.io.Serial;

/** Something that a checksum covers does not say what it should. */
final class MalformedException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final boolean newer;

    private MalformedException(String problem, boolean newer) {
        super(problem);
        this.problem = problem;
        this.newer = newer;
    }

    MalformedException(String problem) {
        this(problem, false);
    }

    /** Something that this version does not know and a newer one may. */
    static MalformedException unknown(String what) {
        return new MalformedException(what, true);
    }

    /** What is wrong. */
    String problem() {
        return problem;
    }

    /** Whether a newer version may have meant it. */
    boolean newer() {
        return newer;
    }
}
