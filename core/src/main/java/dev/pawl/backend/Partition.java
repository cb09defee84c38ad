package dev.pawl.backend;

import java.util.OptionalLong;

/**
 * A partition of a family that holds at least one row.
 *
 * @param name its name, as in {@link Key#partition}
 * @param rows how many rows it holds, where the backend knows that without reading them all
 */
public record Partition(String name, OptionalLong rows) {}
