/**
 * The narrow waist: rows of opaque bytes, moved by backends.
 *
 * <p>Everything that has a meaning (credentials, keys, messages, paging of merged chats, jobs, leases, migration) is written once above this package. A backend stores rows, returns them in
 * order, and applies a {@link dev.pawl.backend.Batch} completely or not at all. It never looks into a value, never merges, never decides.
 */
@org.jspecify.annotations.NullMarked
package dev.pawl.backend;
