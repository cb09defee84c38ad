/** Real Baileys in Node and Pawl in this JVM, on the same files. */
@NullMarked
package dev.pawl.interop;

import org.jspecify.annotations.NullMarked;
