/** Backends whose rows live in files. */
@NullMarked
package dev.pawl.file;

import org.jspecify.annotations.NullMarked;
