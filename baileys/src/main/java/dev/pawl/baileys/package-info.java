/**
 * Connections to WhatsApp through the real Baileys in a Node process. {@link dev.pawl.baileys.BaileysTransport} is all
 * that a program may want from here, and it finds that by itself.
 */
@NullMarked
package dev.pawl.baileys;

import org.jspecify.annotations.NullMarked;
