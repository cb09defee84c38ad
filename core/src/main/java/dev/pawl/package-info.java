/** The front door: opens locators and hands out the stores of a session. */
@NullMarked
package dev.pawl;

import org.jspecify.annotations.NullMarked;
