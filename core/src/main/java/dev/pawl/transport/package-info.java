/**
 * What speaks WhatsApp's protocol, as the client sees it: a {@link dev.pawl.transport.Transport} opens a {@link
 * dev.pawl.transport.Link}, and keeps nothing itself; all that it has to remember it asks of its {@link
 * dev.pawl.transport.LinkHost}.
 *
 * <p>For whoever writes a transport. Programs use {@code dev.pawl.Client}.
 */
@NullMarked
package dev.pawl.transport;

import org.jspecify.annotations.NullMarked;
