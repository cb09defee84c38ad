/** Tests of migration, between stores in memory and decorators that misbehave. */
@NullMarked
package dev.pawl.migrate;

import org.jspecify.annotations.NullMarked;
