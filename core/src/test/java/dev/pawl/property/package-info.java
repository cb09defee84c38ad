/** Tries rules with values drawn from seeds. */
@NullMarked
package dev.pawl.property;

import org.jspecify.annotations.NullMarked;
