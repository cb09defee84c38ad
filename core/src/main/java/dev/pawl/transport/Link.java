package dev.pawl.transport;

import dev.pawl.json.JsonObject;
import java.util.concurrent.CompletableFuture;

/**
 * One connection of one session, from the first attempt to reach the server until {@link LinkHost#closed} or {@link
 * #close}. It is not opened again: the client asks the transport for another.
 *
 * <p>What is asked of a link that has ended, or ends before it answers, fails with a {@link TransportException}. The
 * futures may be completed by any thread; the client never does anything long in it.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads, also from one that is in a call to the host; none
 * of them blocks but {@link #close}.
 */
public interface Link extends AutoCloseable {

    /**
     * Sends a message. Before it leaves, the transport gives it to {@link LinkHost#storeOwnMessage} and makes the
     * advanced ratchets durable by {@link LinkHost#write}.
     *
     * @return the whole message as Baileys gives it ({@code key}, {@code message}, {@code messageTimestamp}), once it was
     *     handed to the server, and confirmed by it where {@link OutgoingMessage#confirmed} asks for that; fails with {@link
     *     TransportException#isPermanent} when trying again is of no use
     */
    CompletableFuture<JsonObject> send(OutgoingMessage message);

    /**
     * Changes a chat on all devices of the account, the phone too. What comes of it the host is told by events.
     *
     * @param jid which chat
     * @param change as Baileys' {@code chatModify} takes it, such as {@code {"pin":true}}
     * @return done when the server has it; a transport that cannot do this fails for good
     */
    default CompletableFuture<Void> modifyChat(String jid, JsonObject change) {
        return CompletableFuture.failedFuture(TransportException.permanent("this transport cannot change chats"));
    }

    /**
     * Asks for a code to pair with instead of a QR code. Only asked after a {@link LinkHost#qr} of this link.
     *
     * @param number the phone number in international form, digits only
     * @return the code as it is to be typed
     */
    CompletableFuture<String> requestPairingCode(String number);

    /**
     * Asks the server to unlink this device.
     *
     * @return done when the server was told. The link closes by itself then or is closed. Stored credentials stay: the
     *     client clears them.
     */
    CompletableFuture<Void> logout();

    /**
     * Ends the connection politely: reads nothing more, and tells the host what was read. Never waits for that.
     *
     * @return done when everything that was read has been told and no call to the host is under way; the client waits some
     *     seconds for it and then calls {@link #close} in any case. Does not fail.
     */
    default CompletableFuture<Void> disconnect() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Ends the connection without unlinking anything. When it returns, the host is called no more, except by calls that
     * are under way; those may go on until they return. Never waits for such a call, and never throws. Repeating it does
     * nothing.
     */
    @Override
    void close();
}
