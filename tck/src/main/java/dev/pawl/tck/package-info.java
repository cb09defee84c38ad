/** The contract of a backend as numbered tests that anyone can run. */
@NullMarked
package dev.pawl.tck;

import org.jspecify.annotations.NullMarked;
