package dev.pawl;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.Job;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStore;
import dev.pawl.message.WaMessage;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * A linked device of a WhatsApp account that stays linked: pairs, connects, connects again, stores what happens and sends.
 *
 * <pre>{@code
 * try (Client client = Client.open()) {
 *     client.onQr(code -> System.out.println(code));
 *     client.onMessage(message -> client.send(message.chat(), Content.text("hello").replyTo(message)));
 *     client.connect();
 *     client.awaitClosed();
 * }
 * }</pre>
 *
 * <p><b>Never lost.</b> Credentials are cleared only when the server confirmed that the device is not linked any more,
 * never for another close; {@code docs/client.md} has the table. What a link writes is durable before the link goes on;
 * when it cannot be stored, the link ends.
 *
 * <p><b>One owner.</b> A client holds its session's lease as long as it is open. When somebody takes the session over, it
 * stops at once and says {@link DisconnectReason#LEASE_LOST}.
 *
 * <p><b>Listeners</b> run one at a time, in order, on one thread of the client; what they throw goes to {@link #onError}.
 * They may call anything here. One that is slow holds up the others, and when too much waits, the connection.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads. <b>Not supported.</b> What else Baileys can do:
 * groups, profiles, presence.
 */
public final class Client implements AutoCloseable {

    private final ClientParts parts;
    private final ClientStores stores;
    private final Listeners listeners;
    private final StateBoard board;
    private final Outbox outbox;
    private final Lifecycle lifecycle;

    Client(ClientParts parts) {
        this.parts = parts;
        this.stores = parts.stores;
        this.listeners = parts.listeners;
        this.board = parts.board;
        this.outbox = parts.outbox;
        this.lifecycle = parts.lifecycle;
    }

    /** Opens the client of session {@code default}, with nothing configured. */
    public static Client open() {
        return builder().open();
    }

    /** Says what a client is made of. */
    public static ClientBuilder builder() {
        return new ClientBuilder();
    }

    // connecting

    /**
     * Begins to connect and returns: what becomes of it the listeners are told. While it waits to connect again this ends
     * the wait; while it is connected this does nothing.
     *
     * @throws dev.pawl.backend.ClosedException when it was closed
     */
    public void connect() {
        lifecycle.connect();
    }

    /**
     * Connects and waits until it is connected, which for a device that is not paired takes somebody to pair it.
     *
     * @return who we are
     * @throws DisconnectedException when it gave up
     * @throws TimeoutException when it is not connected within this time; it goes on trying
     * @throws InterruptedException when the waiting thread is interrupted; it goes on trying
     */
    public Credentials.Me connect(Duration longest) throws InterruptedException, TimeoutException {
        connect();
        return listeners.queue().awaiting(() -> board.awaitConnected(nanos(longest)));
    }

    /**
     * Waits until it is neither connected nor tries to be.
     *
     * @return whether that was so within this time
     */
    public boolean awaitClosed(Duration longest) throws InterruptedException {
        return listeners.queue().awaiting(() -> board.awaitEnd(nanos(longest)));
    }

    /** Waits until it is neither connected nor tries to be, however long. */
    public void awaitClosed() throws InterruptedException {
        listeners.queue().awaiting(() -> board.awaitEnd(Long.MAX_VALUE));
    }

    /**
     * Ends the connection, after what is being stored. The device stays linked and the session ours; {@link #connect} goes
     * on.
     *
     * @throws dev.pawl.backend.ClosedException when it was closed
     */
    public void disconnect() {
        parts.disconnect();
    }

    /**
     * Unlinks the device and clears its credentials and keys. History and jobs stay.
     *
     * @throws DisconnectedException when it is not connected; nothing was cleared
     * @throws TransportException when the server was not told, or may not have been; nothing was cleared
     */
    public void logout() throws InterruptedException {
        lifecycle.logout();
    }

    /**
     * Pairs with a code that is typed into the phone instead of a QR code: asks for it as soon as the server is ready for
     * that, and again whenever the code before was not used in time. {@link #onPairingCode} is told of each.
     *
     * @param number the phone number in international form
     * @return the first code
     * @throws IllegalArgumentException when that is no phone number
     * @throws IllegalStateException when it is paired already, or not connecting
     * @throws TransportException when the server gives none
     */
    public String requestPairingCode(String number) throws InterruptedException {
        return outbox.await(lifecycle.pairingCode(Pairing.digits(number)), "it is still being asked for");
    }

    /** Where it stands. */
    public ClientState state() {
        return board.state();
    }

    /** How the last connection ended, or the last attempt. */
    public Optional<Disconnection> lastDisconnection() {
        return board.last();
    }

    // sending

    /**
     * Sends a message. It is stored before it leaves. While the client connects, this waits for that.
     *
     * @param jid whom it is for
     * @return the message, once it has left: when the connection ends at that very moment the server may not have it, for which
     *     {@linkplain #scheduleAt jobs} wait. {@code messages.update} events tell how far it gets
     * @throws DisconnectedException when it neither is connected nor tries to be; nothing was sent
     * @throws TransportException when it was not sent, or may not have been: the message says which
     * @throws InterruptedException when the waiting thread is interrupted; it may be sent all the same
     */
    public WaMessage send(String jid, Content content) throws InterruptedException {
        return send(jid, content, Outbox.messageId());
    }

    /** The same under an id of one's own: sent twice under one id it is one message. */
    public WaMessage send(String jid, Content content, String messageId) throws InterruptedException {
        return WaMessage.of(outbox.send(new OutgoingMessage(jid, content.json(), content.options(), messageId)));
    }

    /**
     * Changes a chat on all devices of the account: archives, pins, mutes or marks it, stars a message, names a contact. The
     * history shows it when the event of it has come. Waits and fails as {@link #send(String, Content)} does, also before the
     * phone has shared its key for that, right after pairing.
     *
     * @param change as Baileys' {@code chatModify} takes it, such as {@code {"pin":true}}
     * @throws DisconnectedException when it neither is connected nor tries to be; nothing was changed
     * @throws TransportException when it was not changed, or may not have been: the message says which
     * @throws InterruptedException when the waiting thread is interrupted; it may be changed all the same
     */
    public void modifyChat(String jid, JsonObject change) throws InterruptedException {
        outbox.modifyChat(jid, change);
    }

    /**
     * Has a message sent at some time, by this client or one after it: while it is connected and holds the session.
     *
     * @throws UnsupportedException when there is no store of jobs
     */
    public Job scheduleAt(Instant when, String jid, Content content) {
        return scheduleAt(when, jid, content, JobOptions.NONE);
    }

    /** The same, with more to say. */
    public Job scheduleAt(Instant when, String jid, Content content, JobOptions options) {
        return jobs().schedule(when, jid, content.snapshot(jid), options);
    }

    /**
     * Has a message sent to many, one after another, each stored first. Sent as scheduled messages are.
     * @return tells how far it is, pauses and cancels
     * @throws UnsupportedException when there is no store of jobs
     */
    public Broadcast broadcast(List<String> jids, Content content, BroadcastOptions options) {
        return jobs().broadcast(jids, content::snapshot, options);
    }

    // listening

    /** Told of each QR code to show. It is a secret as long as it lasts. */
    public Registration onQr(ClientListener<String> listener) {
        return listeners.qr.add(listener);
    }

    /** Told of each code to type. */
    public Registration onPairingCode(ClientListener<String> listener) {
        return listeners.pairingCode.add(listener);
    }

    /** Told when an attempt to connect begins. */
    public Registration onConnecting(Runnable listener) {
        return listeners.connecting.add(state -> listener.run());
    }

    /** Told when it is connected, with who we are. */
    public Registration onConnected(ClientListener<Credentials.Me> listener) {
        return listeners.connected.add(listener);
    }

    /** Told when a connection ended or an attempt failed, why, and whether it connects again. */
    public Registration onDisconnected(ClientListener<Disconnection> listener) {
        return listeners.disconnected.add(listener);
    }

    /** Told when the device was unlinked and its credentials were cleared, after {@link #onDisconnected}. */
    public Registration onLoggedOut(ClientListener<Disconnection> listener) {
        return listeners.loggedOut.add(listener);
    }

    /**
     * Told of each message that somebody else wrote, live or while we were away. Not of ours, of chunks of old history, of
     * notices, nor of what acts on other messages (reactions, edits, revokes): those are among the {@link #onEvent events}.
     */
    public Registration onMessage(ClientListener<WaMessage> listener) {
        return listeners.message.add(listener);
    }

    /** Told when credentials were stored, with how they stand by then. They hold private keys. */
    public Registration onCredentialsChanged(ClientListener<Credentials> listener) {
        return listeners.credentialsChanged.add(listener);
    }

    /** Told of every event as Baileys has it, except those of credentials and connections. */
    public Registration onEvent(ClientListener<RawEvent> listener) {
        return listeners.event.add(listener);
    }

    /** Told of what failed: in listeners, in stores, in the transport. The log is told when nobody listens. */
    public Registration onError(ClientListener<Throwable> listener) {
        return listeners.error.add(listener);
    }

    // stores

    /** The session. */
    public SessionName session() {
        return stores.session();
    }

    /** The credentials as they are stored; empty when there are none. */
    public Optional<Credentials> credentials() {
        return stores.auth().credentials();
    }

    /** Credentials and keys. Who writes there while a link is open breaks conversations. */
    public AuthStore auth() {
        return stores.auth();
    }

    /** The history. */
    public MessageStore messages() {
        return stores.messages();
    }

    /**
     * The scheduled sends.
     *
     * @throws UnsupportedException when there is no store of jobs
     */
    public JobStore jobs() {
        return stores.jobs()
                .orElseThrow(() -> new UnsupportedException("session " + stores.session()
                        + ": the store of its credentials holds no jobs; give the client a job store"));
    }

    // ending

    /** Whether it was closed. */
    public boolean isClosed() {
        return board.state() == ClientState.CLOSED;
    }

    /**
     * Ends the connection, after what is being stored, and gives back what it opened; what it was given stays open.
     * Repeating it does nothing. Listeners are told of what came before; called by one of them, this waits for none.
     */
    @Override
    public void close() {
        parts.close();
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofDays(100_000)) > 0 ? Long.MAX_VALUE : time.toNanos();
    }

    /** Names the session. */
    @Override
    public String toString() {
        return "Client[" + stores.session() + ", " + board.state() + "]";
    }
}
