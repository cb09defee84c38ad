package dev.pawl.message;

import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import java.util.List;
import java.util.Optional;

/**
 * What a binding hands its events to: stores them, one commit at a time, so that it is always known which of them are
 * stored. That matters because of unread counts, which come as differences: an event must not be applied twice only
 * because another commit of the same batch failed.
 *
 * <p>One for each binding, used by one thread. Other writers of the store may take their turns between the calls.
 */
interface Intake {

    /**
     * Stores the first of these events, as many as go into <em>one</em> commit. What cannot be read, has no identity or
     * breaks a rule that says <em>set aside</em> is set aside in that commit and keeps the others from nothing.
     *
     * @param events at least one
     * @throws UnsupportedException when the backend refuses what comes of them. Nothing was applied; whoever calls this
     *     tries fewer, and puts the one aside that is refused alone.
     * @throws InDoubtException when it may have been applied; {@link #settle} tells
     * @throws StoreException when nothing was applied
     */
    Taken take(List<RawEvent> events);

    /**
     * Tells what became of the commit of the last {@link #take} that was in doubt, whoever wrote since.
     *
     * @return what it took; empty when it was not applied and never will be, and the events are to be taken again
     * @throws StoreException when that is not known yet; it can be asked again
     */
    Optional<Taken> settle();

    /**
     * Puts an event aside as it is, as long as there is room. Doing it again changes nothing but the count of those that
     * were not kept.
     *
     * @param event with one item
     * @param reason as {@link SetAside#reason}
     * @param problem as {@link SetAside#problem}
     * @return empty when as many events are set aside as may be: it was counted and is kept nowhere
     * @throws StoreException when it was not put aside, or nobody knows
     */
    Optional<SetAside> putAside(RawEvent event, String reason, String problem);

    /**
     * Waits until what was taken is found by search.
     *
     * @return whether it was so within this time; a store without an index has nothing to wait for
     */
    default boolean awaitFound(long nanos) throws InterruptedException {
        return true;
    }

    /**
     * What one commit took.
     *
     * @param rest what is still to be taken, in its order; of an event that is too big for one commit those of its items
     *     that are
     * @param aside what was set aside
     * @param changed how many rows were written or removed
     * @param dropped what is kept nowhere
     */
    record Taken(List<RawEvent> rest, List<SetAside> aside, long changed, Dropped dropped) {
        /** Copies the lists. */
        public Taken {
            rest = List.copyOf(rest);
            aside = List.copyOf(aside);
        }

        /** The same with so many rows. */
        Taken changed(long rows) {
            return new Taken(rest, aside, rows, dropped);
        }

        /** What a commit took that had room for everything. */
        Taken(List<RawEvent> rest, List<SetAside> aside, long changed) {
            this(rest, aside, changed, Dropped.NOTHING);
        }

        /** What a commit took that changed nothing, or nobody counted. */
        Taken(List<RawEvent> rest, List<SetAside> aside) {
            this(rest, aside, 0);
        }
    }
}
