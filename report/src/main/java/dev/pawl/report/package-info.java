/** What a build says at its end: how many tests ran, failed and were skipped, and why. */
@NullMarked
package dev.pawl.report;

import org.jspecify.annotations.NullMarked;
