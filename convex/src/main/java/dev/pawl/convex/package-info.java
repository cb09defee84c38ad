/** A backend on a Convex deployment, through functions that are deployed there. The format is in {@code docs/format/convex.md}. */
@NullMarked
package dev.pawl.convex;

import org.jspecify.annotations.NullMarked;
