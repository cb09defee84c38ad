/** Tests of credentials, key types and what the store is made of; its contract on every backend is in the TCK. */
@NullMarked
package dev.pawl.auth;

import org.jspecify.annotations.NullMarked;
