/** The layers of the library, checked, and below {@code broken} the classes that prove that the check works. */
@NullMarked
package dev.pawl.architecture;

import org.jspecify.annotations.NullMarked;
