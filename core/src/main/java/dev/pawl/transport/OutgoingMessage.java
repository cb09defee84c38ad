package dev.pawl.transport;

import dev.pawl.json.JsonObject;

/**
 * A message to be sent, as Baileys' {@code sendMessage(jid, content, options)} takes it.
 *
 * <p>Files of media are named, not held: {@code {"image": {"url": "/absolute/path"}}}. They are read when it is sent.
 *
 * @param jid whom it is for
 * @param content bytes in it as BufferJSON writes them
 * @param options such as {@code quoted}; not {@code messageId}
 * @param messageId the id that the message gets, chosen by us: the same again in every attempt to send it
 * @param confirmed whether it is sent only when the server has confirmed it: what has left over a connection that ends at
 *     that moment may be nowhere
 */
public record OutgoingMessage(String jid, JsonObject content, JsonObject options, String messageId, boolean confirmed) {

    /** One that is sent when it has left. */
    public OutgoingMessage(String jid, JsonObject content, JsonObject options, String messageId) {
        this(jid, content, options, messageId, false);
    }

    /** The same, sent only when the server has confirmed it. */
    public OutgoingMessage untilConfirmed() {
        return new OutgoingMessage(jid, content, options, messageId, true);
    }

    /** Its id, never whom it is for or what it says. */
    @Override
    public String toString() {
        return "OutgoingMessage[" + messageId + "]";
    }
}
