/** Credentials and Signal keys: what they mean, above the waist. */
@NullMarked
package dev.pawl.auth;

import org.jspecify.annotations.NullMarked;
