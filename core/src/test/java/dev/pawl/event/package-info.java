/** Tests of how the events of Baileys are read. */
@NullMarked
package dev.pawl.event;

import org.jspecify.annotations.NullMarked;
