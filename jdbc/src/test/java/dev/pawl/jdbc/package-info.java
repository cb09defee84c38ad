/** What is particular to SQL databases, and the contracts on them. */
@org.jspecify.annotations.NullMarked
package dev.pawl.jdbc;
