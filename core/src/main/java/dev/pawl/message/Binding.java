package dev.pawl.message;

import java.time.Duration;

/**
 * A store that takes in the events of a source as they come.
 *
 * <p>Events are put into the store in their order, several in one commit when they come fast. What cannot be applied is
 * set aside and never holds up the rest; when the storage fails, the events wait and are tried again, and the source
 * with them.
 *
 * <p><b>Durability.</b> An event is stored when a {@link #flush} that began after it came has returned.
 * <b>Thread-safety.</b> All methods may be called from many threads.
 */
public interface Binding extends AutoCloseable {

    /**
     * Waits until everything that came before this call is stored or set aside, and found by search.
     *
     * @return whether that was so within this time
     * @throws InterruptedException when the waiting thread is interrupted; the events go on being stored
     */
    boolean flush(Duration longest) throws InterruptedException;

    /** How much is under way and became of what came. */
    Progress progress();

    /**
     * Takes no more events, stores what is under way as far as the storage lets it, and lets go of the source. What
     * the storage fails to take now is not tried again; {@link #progress} tells how much that is. Repeating it does
     * nothing.
     *
     * <p>A thread that is interrupted while it waits for the storage waits no longer and stays interrupted; then at
     * most the commit in flight is still stored.
     */
    @Override
    void close();

    /**
     * What became of the events of a binding.
     *
     * @param waiting not stored yet
     * @param applied through: stored, or without anything to say to a history, or set aside
     * @param setAside items of events that were put aside because they could not be applied
     * @param dropped items of events that could not be applied and are kept nowhere, and messages that never came whose
     *     waiting parts went; each was told to {@link BindingOptions#onError}
     * @param retries how often a commit had to be tried again
     */
    record Progress(int waiting, long applied, long setAside, long dropped, long retries) {}
}
