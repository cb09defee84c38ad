package dev.pawl.transport;

/**
 * An engine of WhatsApp's protocol: makes connections, one after another and for any number of sessions at once.
 *
 * <p>It keeps no state of a session beyond a link. It does not connect again by itself, retry a login or clear anything:
 * it says how a link closed, and the client decides.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
public interface Transport extends AutoCloseable {

    /**
     * Begins to connect with what the host has, and returns without waiting for the server. May call the host before it
     * returns; the client takes note of {@link LinkHost#opened} after that.
     *
     * <p>Until the first {@link LinkHost#opened} the link is one that logs in, or one that pairs when the credentials are
     * those of no device yet: then it says {@link LinkHost#qr} for each code there is to show.
     *
     * @throws TransportException when the engine cannot be started here; nothing is left of it
     * @throws InterruptedException when the thread was interrupted first; nothing is left either
     */
    Link open(LinkHost host) throws InterruptedException;

    /** Ends all links and lets go of everything. Repeating it does nothing. */
    @Override
    default void close() {}
}
