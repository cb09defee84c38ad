/** One owner per session: the lease row, its liveness and take-over. */
@NullMarked
package dev.pawl.lease;

import org.jspecify.annotations.NullMarked;
