/**
 * Backends on SQL databases: one table for each family, read and written with plain JDBC.
 *
 * <p>What a family looks like as a table is said once, in {@code FamilyTable}; the databases differ in how they are opened, locked and kept.
 */
@org.jspecify.annotations.NullMarked
package dev.pawl.jdbc;
