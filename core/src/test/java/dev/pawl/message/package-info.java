/** Tests of what events and rows are read as; the contract of the store on every backend is in the TCK. */
@NullMarked
package dev.pawl.message;

import org.jspecify.annotations.NullMarked;
