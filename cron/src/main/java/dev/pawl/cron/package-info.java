/** Jobs that recur by cron expressions, in the time of a place. */
@NullMarked
package dev.pawl.cron;

import org.jspecify.annotations.NullMarked;
