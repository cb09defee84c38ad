@NullMarked
package dev.pawl.cron;

import org.jspecify.annotations.NullMarked;
