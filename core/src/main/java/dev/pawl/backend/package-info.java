/** The waist: rows of opaque bytes, moved in batches that are whole or absent. */
@NullMarked
package dev.pawl.backend;

import org.jspecify.annotations.NullMarked;
