package dev.pawl.job;

/** Makes recurrences of one kind from their rules. Found by {@link java.util.ServiceLoader}. */
public interface RecurrenceProvider {

    /** The kind it reads, as {@link Recurrence#kind} has it. */
    String kind();

    /**
     * Reads a rule.
     *
     * @param rule as {@link Recurrence#rule} has it, or as people write it
     * @throws IllegalArgumentException when it cannot be read, saying where
     */
    Recurrence parse(String rule);
}
