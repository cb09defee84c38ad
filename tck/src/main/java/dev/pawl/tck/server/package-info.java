/** Real servers for tests: given, found on this machine, or brought along, and started on a port that the system chose. */
@org.jspecify.annotations.NullMarked
package dev.pawl.tck.server;
