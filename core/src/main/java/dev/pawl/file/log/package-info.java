/**
 * The native store: one directory is a store, one append-only log is a session. The format is specified in {@code
 * docs/format/native.md}.
 */
@NullMarked
package dev.pawl.file.log;

import org.jspecify.annotations.NullMarked;
