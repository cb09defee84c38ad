/**
 * What a WhatsApp client says happened: the events of Baileys, typed, as far as a history is concerned.
 *
 * <p>A {@link dev.pawl.event.RawEvent} is a name and JSON, as it comes through a pipe; an {@link dev.pawl.event.Event}
 * is the same with its parts found and looked at. The parts themselves (a message, a chat) stay the JSON they came as:
 * what they mean when they meet what is stored is the business of {@code dev.pawl.message}, and every physical form of
 * a value is read by {@link dev.pawl.event.ProtoJson}.
 */
@NullMarked
package dev.pawl.event;

import org.jspecify.annotations.NullMarked;
