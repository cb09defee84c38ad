/** Tests of the command: in this process, and as a process of its own. */
@NullMarked
package dev.pawl.cli;

import org.jspecify.annotations.NullMarked;
