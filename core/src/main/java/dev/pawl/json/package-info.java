/**
 * JSON values that keep what they were read from: member order, number text and unknown members survive, and what is
 * written is, byte for byte, what JavaScript's {@code JSON.stringify} would have written.
 */
@NullMarked
package dev.pawl.json;

import org.jspecify.annotations.NullMarked;
