/** JSON that loses nothing: number text, member order and unknown members survive a round trip. */
@NullMarked
package dev.pawl.json;

import org.jspecify.annotations.NullMarked;
