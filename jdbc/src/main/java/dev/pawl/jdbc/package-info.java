/**
 * Backends on SQL databases: one table for each family, read and written with plain JDBC.
 *
 * <p>What a family looks like as a table is said once, in {@code FamilyTable}, and how rows are read, in {@code RowReader}; what is different there a
 * {@code Dialect} says. The databases differ in how they are opened, locked, written and kept: SQLite in {@code Sqlite…}, PostgreSQL in {@code Postgres…}.
 */
@org.jspecify.annotations.NullMarked
package dev.pawl.jdbc;
