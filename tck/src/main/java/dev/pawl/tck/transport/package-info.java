/**
 * A transport without a server, for tests of bots and of the client itself: {@link
 * dev.pawl.tck.transport.ScriptedTransport} makes links that do what a test says, and {@link
 * dev.pawl.tck.transport.ManualTimers} lets the pauses between them go by.
 */
@NullMarked
package dev.pawl.tck.transport;

import org.jspecify.annotations.NullMarked;
