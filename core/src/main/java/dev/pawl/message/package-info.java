/**
 * The history of one linked device: messages, chats, contacts, presence, groups and labels, above the waist.
 *
 * <p>Events of {@code dev.pawl.event} go in through a {@link dev.pawl.message.MessageStore}, which merges them with
 * what is stored by the rules of {@code docs/message-rules.md}, the same on every backend. What comes out is the JSON
 * that is stored, and views of it such as {@link dev.pawl.message.WaMessage}, which read every physical form a value
 * can have.
 */
@NullMarked
package dev.pawl.message;

import org.jspecify.annotations.NullMarked;
