/** A disk in memory that loses its power wherever a test wants, and everything that was not forced with it. */
@NullMarked
package dev.pawl.tck.disk;

import org.jspecify.annotations.NullMarked;
