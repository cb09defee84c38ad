/** The contract of a backend as numbered tests that anyone can run. A test whose rule does not apply to a backend is left out and never skipped. */
@NullMarked
package dev.pawl.tck;

import org.jspecify.annotations.NullMarked;
