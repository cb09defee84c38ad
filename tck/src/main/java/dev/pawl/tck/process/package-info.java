/** Processes that write to a store, and are killed or stopped while they do it. */
@NullMarked
package dev.pawl.tck.process;

import org.jspecify.annotations.NullMarked;
