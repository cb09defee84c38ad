package dev.pawl.tck.disk;

/** The power is off. An error and no exception, so that no code under test takes it for a fault that it can handle. */
public final class PowerCut extends Error {

    private static final long serialVersionUID = 1L;

    PowerCut() {
        super("the power is off", null, false, false);
    }
}
