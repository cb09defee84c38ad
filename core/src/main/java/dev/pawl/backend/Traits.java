package dev.pawl.backend;

import java.util.Set;

/**
 * What a backend can hold and what it promises. Differences between backends are declared here; no code asks which backend it talks to.
 *
 * @param families the families it holds; anything else is refused when a store is opened on it
 * @param durability what an acknowledged commit survives
 * @param limits the most that one batch may carry
 * @param manySessions whether it holds more than the session {@code default}. The lease rows of {@link SessionName#PAWL} are held
 *     in any case.
 * @param verbatim the families whose values come back byte for byte, leases always among them. Other values come back equal as
 *     JSON, and what cannot be kept so is refused.
 */
public record Traits(
        Set<Family> families, Durability durability, Limits limits, boolean manySessions, Set<Family> verbatim) {

    /**
     * The most that one batch may carry. A batch over a limit is refused with {@link UnsupportedException} before anything is sent.
     *
     * @param rows puts, deletes and checks together
     * @param bytes of all values that are put or checked
     * @param valueBytes of one value
     * @param reads keys of one {@link Backend#get}
     */
    public record Limits(int rows, long bytes, long valueBytes, int reads) {

        /** As much as fits into memory. */
        public static final Limits NONE =
                new Limits(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Copies the sets. */
    public Traits {
        families = Set.copyOf(families);
        verbatim = Set.copyOf(verbatim);
    }

    /**
     * Checks a batch against families and limits, as every backend does first.
     *
     * @throws UnsupportedException naming the limit that is exceeded, or the family that is not held
     */
    public void requireWithin(Batch batch) {
        for (Row row : batch.puts()) {
            requireHeld(row.key());
            if (row.value().size() > limits.valueBytes()) {
                throw new UnsupportedException(
                        row.key() + " has " + row.value().size() + " bytes, this backend takes " + limits.valueBytes());
            }
        }
        batch.deletes().forEach(this::requireHeld);
        batch.checks().forEach(check -> requireHeld(check.key()));
        if (batch.rows() > limits.rows()) {
            throw new UnsupportedException(
                    "a batch of " + batch.rows() + " rows, this backend takes " + limits.rows() + ": split it");
        }
        if (batch.bytes() > limits.bytes()) {
            throw new UnsupportedException(
                    "a batch of " + batch.bytes() + " bytes, this backend takes " + limits.bytes() + ": split it");
        }
    }

    private void requireHeld(Key key) {
        if (!families.contains(key.family())) {
            throw new UnsupportedException("this backend does not hold " + key.family());
        }
    }
}
