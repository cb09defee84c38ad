package dev.pawl.tck.disk;

import java.io.IOException;
import java.util.Random;
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
    private long cutAfter = Long.MAX_VALUE;
    private long space = Long.MAX_VALUE;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private String brokenPurpose = "";
    private Breakage breakage = Breakage.LEFT_OUT;
    private final Set<String> purposes = new TreeSet<>();

    Faults() {}

    /**
     * Cuts the power in the middle of this operation. A force has then done nothing; of anything else a power cut may have
     * kept any part, and who outlives only the process finds it done.
     */
    public Faults cutAt(long operation) {
        return cutAt(operation, Long.MAX_VALUE);
    }

    /**
     * Cuts the power in the middle of this operation; if that writes content, after this many bytes of it: of the others
     * nobody finds anything, whether the machine or only the process has ended.
     */
    public Faults cutAt(long operation, long bytes) {
        cutAt = operation;
        cutAfter = bytes;
        return this;
    }

    /**
     * Lets files grow by this many bytes altogether from now on, less what they shrink by or free when they are removed.
     * What lies within the length that a file has can always be written, and everything can be forced. A write that does
     * not fit is done as far as it does.
     */
    public Faults space(long bytes) {
        space = bytes;
        return this;
    }

    /**
     * Lets some operations fail: whatever a full disk refuses, and also writing within a file, setting its length and
     * forcing. A write that fails has written some first part, another one with every operation. What a force that fails
     * should have made durable stays visible, is not made so by a later one, and may be lost.
     */
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
            throw noSpace(path);
        }
    }

    /** Requires room for a file that is to grow by this much. */
    void requireSpace(Object path, long growth) throws IOException {
        if (growth > space) {
            throw noSpace(path);
        }
    }

    static IOException noSpace(Object path) {
        return new IOException(path + ": No space left on device");
    }

    /** How many bytes of a write to a file of this size are written. */
    int fit(long size, long offset, int length) {
        if (fails()) {
            return random(operations).nextInt(length + 1);
        }
        long most = isOff() ? Math.min(length, cutAfter) : length;
        // Without a limit the sum would overflow.
        return (int) (space == Long.MAX_VALUE ? most : Math.max(0, Math.min(most, size + space - offset)));
    }

    /** Numbers from a seed: seeds that follow each other would otherwise begin with nearly the same ones. */
    static Random random(long seed) {
        return new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** Takes this much of the free space, or gives it back. */
    void occupy(long bytes) {
        if (space != Long.MAX_VALUE) {
            space -= bytes;
        }
    }

    /** Notes what a force is for, and says whether it is broken in this way. */
    boolean broken(String purpose, Breakage how) {
        purposes.add(purpose);
        return breakage == how && brokenPurpose.equals(purpose);
    }
}
