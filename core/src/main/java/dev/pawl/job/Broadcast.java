package dev.pawl.job;

/**
 * One message to many, one after another: a handle to what is stored, that any process can get again by its id from
 * {@link JobStore#broadcast(String)}.
 *
 * <p>Its recipients are jobs of their own, with ids {@code <broadcast>.000001} and so on. One of them waits or is being
 * sent; the others are queued behind it, so that however many there are, polls see one. A recipient who fails goes behind
 * the others for as long as the back-off lasts. After an outage it goes on at its pace, not in a burst.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads and processes.
 */
public final class Broadcast {

    private Broadcast() {}

    /** Its id. */
    public String id() {
        throw new UnsupportedOperationException();
    }

    /** How far it has come. */
    public BroadcastProgress progress() {
        throw new UnsupportedOperationException();
    }

    /** Sends nothing more until it is resumed. What is being sent right now is. */
    public BroadcastProgress pause() {
        throw new UnsupportedOperationException();
    }

    /** Goes on where it was paused. */
    public BroadcastProgress resume() {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends nothing more, for good. When it returns all that was left is cancelled but for what is being sent right now; after
     * a crash in between nothing more is sent either, and the same call finishes it.
     */
    public BroadcastProgress cancel() {
        throw new UnsupportedOperationException();
    }
}
