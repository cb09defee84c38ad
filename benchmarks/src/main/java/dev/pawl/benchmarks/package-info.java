/** Measurements of the library against its peers. */
@NullMarked
package dev.pawl.benchmarks;

import org.jspecify.annotations.NullMarked;
