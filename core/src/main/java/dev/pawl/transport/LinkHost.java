package dev.pawl.transport;

import dev.pawl.backend.SessionName;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What a link may ask of the client, and what it has to tell it. One for each link.
 *
 * <p><b>Values</b> are JSON text in UTF-8 with bytes as BufferJSON writes them, in both directions, and stored as they
 * come.
 *
 * <p><b>Failures.</b> Every method throws {@link LinkEndedException} once the link has ended, and a {@link
 * dev.pawl.backend.StoreException} when the store failed. A transport that gets either from {@link #read}, {@link
 * #write} or {@link #storeOwnMessage} does not go on with what needed it: nothing leaves that is not stored. The client
 * ends a link whose keys could not be stored or read, after it has tried a few times and has let the link {@link
 * Link#disconnect tell what it had read}: {@link #event} goes on taking that until {@link Link#close}. A damaged record
 * alone ({@link dev.pawl.backend.CorruptDataException}) ends nothing.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads. Any of them may block; none waits for the link
 * but {@link #event}, see there.
 */
public interface LinkHost {

    /** The session this link is for. */
    SessionName session();

    /**
     * The credentials as they are stored now, with a new identity when there was none; they were loaded before the
     * transport was asked to open. Of a device that is not paired they have no {@code me}, so that it registers and does
     * not log in.
     *
     * @return one JSON object
     */
    Bytes credentials();

    /**
     * Reads key records.
     *
     * @param type of any name
     * @return those that exist, in the order of {@code ids}
     */
    Map<String, Bytes> read(String type, Collection<String> ids);

    /**
     * Makes changes to keys of any types and to the credentials, in one commit. When it returns they are durable.
     *
     * <p>Calls are applied one after another in the order in which they come; changes that wait meanwhile are best put
     * together in one call. What became of a call that throws is not known to the link any more: it ends.
     *
     * <p>{@code lid-mapping} keys become {@code lid-mapping.update} events by themselves.
     */
    void write(KeyChanges changes);

    /**
     * Tells of an event of Baileys, but not of {@code creds.update} and {@code connection.update}: those are {@link
     * #write}, {@link #qr}, {@link #opened} and {@link #closed}.
     *
     * <p><b>Blocks</b> while the program or the store is behind, and that is to reach the server: a transport whose call
     * blocks stops reading from the connection, and bounds what it read before. It goes on answering and asking about
     * everything else meanwhile: calls of this method come from a thread of their own, one after another in the order of
     * the events. While {@link Link#send} or another answer is waited for, this blocks much later, because the server's
     * part in it has to be read too.
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while it is held up: the event was
     *     not taken over, and the thread stays interrupted
     */
    void event(RawEvent event);

    /**
     * Waits until the history has everything that {@link #event} was told before this call: what that took may still be on
     * its way, and a kill of the program loses it. For what the server tells only once.
     *
     * @param longest how long it waits at most
     * @return whether the history has it; a host without a history has nothing to wait for. Whoever passes events on to
     *     another host asks that one: what is said to be stored is kept nowhere else any more.
     * @throws InterruptedException while it waits
     */
    default boolean awaitStored(Duration longest) throws InterruptedException {
        return true;
    }

    /**
     * Something that ends nothing and that whoever runs the program should know of.
     *
     * @param what in a sentence, without secrets
     */
    default void trouble(String what) {}

    /**
     * How far what was told of has come.
     *
     * @param told how many events were taken, over this link and others before
     * @param stored how many of them, from the first on, are with the history, or nothing to it, or refused by it, of which
     *     whoever listens for errors was told
     */
    record Progress(long told, long stored) {}

    /**
     * How far what was told of has come: an event is as durable as the history is once {@code stored} is at least what
     * {@code told} was when {@link #event} had returned. Whoever passes events on to another host passes this on as well.
     */
    default Progress progress() {
        return new Progress(0, 0);
    }

    /**
     * Stores a message of ours before it leaves, so that it can be sent again to whoever could not read it. When it
     * returns, the message is as durable as the history is.
     *
     * @param message with {@code key}, {@code message} and {@code messageTimestamp}, as {@code messages.upsert} has it
     */
    void storeOwnMessage(JsonObject message);

    /**
     * What to send again to a device that could not read a message of ours, see Baileys' {@code getMessage}.
     *
     * @param key as Baileys has it
     * @return the content ({@code message}, not what is around it); empty when nothing is to be sent
     */
    Optional<JsonObject> messageForRetry(JsonObject key);

    /**
     * There is a code to pair with. A later one replaces it.
     *
     * @param text what is in the QR code; a secret as long as it lasts
     */
    void qr(String text);

    /**
     * The server let us in: what is sent from now on is accepted. Written credentials say who we are. Returns when the
     * client knows; comes from the thread of the events, before those that came after it.
     */
    void opened();

    /**
     * The link has ended, whoever ended it: the last call of the link, after every {@link #event} has returned. Not needed
     * after {@link Link#disconnect} or {@link Link#close}.
     */
    void closed(CloseReason reason);
}
