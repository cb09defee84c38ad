/**
 * One owner per session: who may write, how an owner that died is told from one that lives, and how one takes over.
 *
 * <p>The one policy for every store on every backend. It needs nothing but rows, checks and a clock that counts.
 */
@NullMarked
package dev.pawl.lease;

import org.jspecify.annotations.NullMarked;
