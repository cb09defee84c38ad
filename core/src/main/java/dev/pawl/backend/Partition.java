package dev.pawl.backend;

/**
 * A partition of a family that holds at least one row.
 *
 * @param name its name, as in {@link Key#partition}
 * @param rows how many rows it holds
 */
public record Partition(String name, long rows) {}
