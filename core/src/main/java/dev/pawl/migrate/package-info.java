/** Copies a session from one backend to another and proves that the copy is whole. */
@NullMarked
package dev.pawl.migrate;

import org.jspecify.annotations.NullMarked;
