/** What tests outside need of the native log's inside. */
@NullMarked
package dev.pawl.file.log;

import org.jspecify.annotations.NullMarked;
