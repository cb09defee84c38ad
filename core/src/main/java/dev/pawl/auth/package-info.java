/**
 * Credentials and Signal keys: what they mean, above the waist.
 *
 * <p>A linked device is one {@link dev.pawl.auth.Credentials} and any number of key records, kept together by an {@link dev.pawl.auth.AuthStore}. What was written by Baileys is read as it is,
 * kept with everything we do not know, and written back in the form Baileys writes. Damaged is never taken for absent, and an identity is made only when somebody asks for one.
 */
@NullMarked
package dev.pawl.auth;

import org.jspecify.annotations.NullMarked;
