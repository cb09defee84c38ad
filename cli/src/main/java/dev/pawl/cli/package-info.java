/** The command line: one class a command, data on standard output, words on standard error. */
@NullMarked
package dev.pawl.cli;

import org.jspecify.annotations.NullMarked;
