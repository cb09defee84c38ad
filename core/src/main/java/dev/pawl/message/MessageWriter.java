package dev.pawl.message;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Row;
import dev.pawl.backend.Searching;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the history of one session under its lease, one at a time: what a commit rests on was read in the same turn,
 * and nobody else may write. So only a row that was not read, because it is likely new, needs a check of its own.
 */
final class MessageWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MessageWriter.class);

    /** Everything a history consists of. */
    static final Set<Family> HISTORY = Set.copyOf(EnumSet.of(
            Family.MESSAGE,
            Family.CHAT,
            Family.CONTACT,
            Family.GROUP,
            Family.PRESENCE,
            Family.LABEL,
            Family.ALIAS,
            Family.SET_ASIDE,
            Family.EXPIRY));

    /** What the check of the lease takes of a batch. */
    private static final int LEASE_ROWS = 1;

    private static final int LEASE_BYTES = 2 << 10;

    /** After a message that was known already so many commits look first. */
    private static final int LOOKING = 32;

    private final MessageRows rows;
    private final Lease lease;
    private final InstantSource clock;
    private final Lock turn = new ReentrantLock(true);
    private final Owned owned;
    private final MessageRemoval removal;
    private final OldMessages oldMessages;
    private final PartitionMerge partitionMerge;
    private volatile boolean closed;

    /** For how many more commits messages are looked for before they are stored: some were known already. */
    private int looking;

    /** The last commit that was in doubt. It is settled before anything else is written, which could hide its traces. */
    private Optional<Doubt> doubt = Optional.empty();

    MessageWriter(MessageRows rows, Lease lease, InstantSource clock, int cachedChats) {
        this.rows = rows;
        this.lease = lease;
        this.clock = clock;
        if (lease.record().state() instanceof LeaseState.Clearing) {
            lease.clear(HISTORY);
        }
        this.owned = new Owned(rows, cachedChats);
        this.removal = new MessageRemoval(this, rows, owned, clock);
        this.oldMessages = new OldMessages(rows, this);
        this.partitionMerge = new PartitionMerge(this, rows, owned, clock);
        oldMessages.begin();
        partitionMerge.begin();
    }

    /** Who is who, as the owner knows it. */
    Aliases aliases() {
        return owned.aliases();
    }

    /** Removes messages in this history. */
    MessageRemoval removal() {
        return removal;
    }

    /** The last commit that was in doubt, settled once somebody had his {@link #inTurn turn} since. */
    Optional<Doubt> doubt() {
        return doubt;
    }

    /** Merges events into what is stored, and tells how many rows changed. */
    int apply(List<Event> events) {
        return inTurn(() -> {
            learn(events);
            int changed = 0;
            int from = 0;
            for (int i = 0; i < events.size(); i++) {
                Optional<String> emptied = wholeChat(events.get(i));
                if (emptied.isPresent()) {
                    changed += store(events.subList(from, i));
                    changed += removal.empty(emptied.get());
                    from = i;
                }
            }
            return changed + store(events.subList(from, events.size()));
        });
    }

    /** The chat of which an event removes all messages. */
    static Optional<String> wholeChat(Event event) {
        return event instanceof Event.MessagesDelete delete ? delete.wholeChat() : Optional.empty();
    }

    /** Does something while nobody else writes. */
    <T> T inTurn(Supplier<T> work) {
        turn.lock();
        try {
            requireOpen();
            if (lease.record().state() instanceof LeaseState.Clearing) {
                // what is written before it is finished would go with it after the next opening
                erase();
            }
            if (doubt.isPresent()) {
                doubt.get().settle(rows);
            }
            owned.refresh();
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    /** Learns who is who from events; many pairs are stored before anything else. */
    void learn(List<Event> events) {
        events.forEach(event -> owned.newPairs().learn(LearntPairs.in(event)));
        while (owned.newPairs().size() > EventMerge.PAIRS) {
            if (storeOnce(List.of(), draft -> {}, merge -> {}).isEmpty()) {
                throw new UnsupportedException(
                        EventMerge.PAIRS + " pairs with what they make one are more than this backend takes at once");
            }
        }
    }

    /** Stores events in as few commits as it takes. */
    int store(List<Event> events) {
        if (events.isEmpty() && owned.newPairs().isEmpty()) {
            return 0;
        }
        Optional<Stored> stored;
        try {
            stored = storeOnce(events, draft -> {}, merge -> {});
        } catch (UnsupportedException refused) {
            if (events.size() < 2) {
                throw refused;
            }
            stored = Optional.empty();
        }
        if (stored.isPresent()) {
            return stored.get().changed();
        }
        List<Event> halves = events.size() > 1 ? events : EventParts.halves(events.get(0));
        if (halves.size() < 2) {
            throw new UnsupportedException("one item of an event is more than this backend takes at once");
        }
        int middle = halves.size() / 2;
        return store(halves.subList(0, middle)) + store(halves.subList(middle, halves.size()));
    }

    /**
     * What one commit did.
     *
     * @param changed how many rows were written or removed
     * @param aside what was set aside in it
     * @param dropped what was not
     */
    record Stored(int changed, List<SetAside> aside, Dropped dropped) {}

    /**
     * Stores events in one commit. In one's turn only, after {@link #learn}.
     *
     * @param before changes rows before the events do
     * @param after likewise behind them
     * @return empty when they are more than one commit takes; then nothing was stored
     * @throws UnsupportedException when the backend refuses one of the rows; nothing was stored
     */
    Optional<Stored> storeOnce(List<Event> events, Consumer<Draft> before, Consumer<EventMerge> after) {
        if (looking == 0 && EventMerge.areLikelyNew(events)) {
            try {
                return storeOnce(events, before, after, true);
            } catch (ConflictException known) {
                // somebody sends what was sent before; chances are that he goes on with it
                looking = LOOKING;
            }
        }
        looking = Math.max(0, looking - 1);
        return storeOnce(events, before, after, false);
    }

    private Optional<Stored> storeOnce(
            List<Event> events, Consumer<Draft> before, Consumer<EventMerge> after, boolean likelyNew) {
        Instant now = clock.instant();
        Draft draft = new Draft(rows);
        before.accept(draft);
        EventMerge merge = new EventMerge(draft, owned, now);
        int pairs = Math.min(owned.newPairs().size(), EventMerge.PAIRS);
        merge.merge(events, now, likelyNew);
        after.accept(merge);
        Batch batch = draft.batch();
        if (isTooMuch(batch)) {
            return owned.lookAtFewer() ? storeOnce(events, before, after, likelyNew) : Optional.empty();
        }
        commit(batch);
        owned.keep(draft);
        owned.stored(pairs);
        partitionMerge.goOn();
        Dropped dropped = merge.dropped();
        if (dropped.count() > 0) {
            LOG.warn(
                    "session {}: {} events that could not be applied were not set aside, since as many are as may be;"
                            + " parts of {} messages that never came were dropped",
                    rows.session(),
                    dropped.events().size(),
                    dropped.waiting());
        }
        return Optional.of(new Stored(batch.puts().size() + batch.deletes().size(), merge.aside(), dropped));
    }

    /** Whether a batch has to be cut. One row that is too big is refused: cutting does not make it smaller. */
    boolean isTooMuch(Batch batch) {
        Traits.Limits limits = rows.backend().traits().limits();
        for (Row row : batch.puts()) {
            if (row.value().size() > limits.valueBytes()) {
                throw new UnsupportedException(rows.place(row.key()) + " would have "
                        + row.value().size() + " bytes, this backend takes " + limits.valueBytes());
            }
        }
        return batch.rows() > limits.rows() - LEASE_ROWS || batch.bytes() > limits.bytes() - LEASE_BYTES;
    }

    void commit(Batch batch) {
        if (batch.isEmpty()) {
            return;
        }
        boolean done = false;
        try {
            lease.commit(batch);
            done = true;
        } catch (InDoubtException e) {
            doubt = Optional.of(new Doubt(batch));
            throw e;
        } catch (ConflictException e) {
            // a message that was taken for a new one is none; what is kept in memory is right
            done = true;
            throw e;
        } finally {
            if (!done) {
                owned.doubt();
            }
        }
    }

    /** Tries events again that were set aside, and tells how many went well. */
    int retry(List<String> ids) {
        return inTurn(() -> new AsideRetry(this, rows).all(ids));
    }

    /** Removes everything. */
    void clear() {
        inTurn(() -> {
            erase();
            return 0;
        });
    }

    private void erase() {
        owned.doubt();
        lease.clear(HISTORY);
        owned.clear();
        partitionMerge.forget();
    }

    /**
     * Waits until a search finds what was committed.
     *
     * @return whether it was so within this time
     */
    boolean awaitFound(Duration longest) {
        return rows.backend()
                .as(Searching.class)
                .map(index -> index.flush(rows.session(), longest))
                .orElse(true);
    }

    /** Likewise, and messages that are older than search. */
    boolean awaitSearch(Duration longest) throws InterruptedException {
        requireOpen();
        long begun = System.nanoTime();
        return oldMessages.await(longest) && awaitFound(longest.minusNanos(System.nanoTime() - begun));
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException("the message store of session " + rows.session() + " is closed");
        }
    }

    /** Gives the session back, after the commit in flight. */
    @Override
    public void close() {
        oldMessages.close();
        partitionMerge.close();
        turn.lock();
        try {
            closed = true;
            lease.close();
        } finally {
            turn.unlock();
        }
    }
}
