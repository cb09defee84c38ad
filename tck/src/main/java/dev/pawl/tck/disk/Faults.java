package dev.pawl.tck.disk;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * What shall go wrong on a {@link SimulatedDisk}: at which operation, and which promises of the code are broken on
 * purpose to see whether a test notices. Operations that change or force something are counted, from 1.
 */
public final class Faults {

    /** A force that is broken on purpose. */
    public enum Breakage {
        /** It does nothing. */
        LEFT_OUT,
        /** A force of content happens only after the file has been renamed. */
        AFTER_RENAME
    }

    private long operations;
    private long cutAt = Long.MAX_VALUE;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private String brokenPurpose = "";
    private Breakage breakage = Breakage.LEFT_OUT;
    private final Set<String> purposes = new TreeSet<>();

    Faults() {}

    /** Cuts the power in the middle of this operation. */
    public Faults cutAt(long operation) {
        cutAt = operation;
        return this;
    }

    /** Lets some operations fail, as a full disk does: whatever needs space, and forcing. */
    public Faults failFrom(long operation, long count) {
        failFrom = operation;
        failTo = count > Long.MAX_VALUE - operation ? Long.MAX_VALUE : operation + count;
        return this;
    }

    /** Breaks every force that is for this purpose. */
    public Faults breakForce(String purpose, Breakage how) {
        brokenPurpose = purpose;
        breakage = how;
        return this;
    }

    /** How many operations there were. */
    public long operations() {
        return operations;
    }

    /** What the code under test has forced anything for. */
    public Set<String> purposes() {
        return Set.copyOf(purposes);
    }

    boolean isOff() {
        return operations >= cutAt;
    }

    void requirePower() {
        if (isOff()) {
            throw new PowerCut();
        }
    }

    /** Counts an operation; true when the power goes off in the middle of it. */
    boolean next() {
        requirePower();
        operations++;
        return operations >= cutAt;
    }

    boolean fails() {
        return operations >= failFrom && operations < failTo;
    }

    void requireSpace(Object path) throws IOException {
        if (fails()) {
            throw new IOException(path + ": No space left on device");
        }
    }

    /** Notes what a force is for, and says whether it is broken in this way. */
    boolean broken(String purpose, Breakage how) {
        purposes.add(purpose);
        return breakage == how && brokenPurpose.equals(purpose);
    }
}
