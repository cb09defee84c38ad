package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.Set;

/**
 * The right to write to one session, held by one owner at a time: a row whose bytes only its owner changes, checked by every commit.
 *
 * <p><b>Fencing.</b> The check of the lease row goes with every batch, as the first. When it fails the lease is lost for
 * good: this call and all later ones throw {@link dev.pawl.backend.FencedException} and nothing is applied.
 *
 * <p><b>In doubt.</b> When the backend cannot say whether a commit was applied, the lease first gives its row a new
 * token, so that the batch is applied already or never; then it throws {@link dev.pawl.backend.InDoubtException}, and
 * what the caller reads from then on is final. As long as that fails, nothing else is committed.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads. Commits run side by side; {@link #mark}, {@link #renew} and {@link #close} wait for those in flight.
 */
public final class Lease implements AutoCloseable {

    private static final Cleaner CLEANER = Cleaner.create();

    private final Ownership ownership;
    private final Cleaner.Cleanable forgotten;

    Lease(Ownership ownership) {
        this.ownership = ownership;
        this.forgotten = CLEANER.register(this, ownership::abandon);
    }

    /**
     * Asks for the lease of a session.
     *
     * @param name which lease: {@code auth} or {@code messages}
     */
    public static LeaseRequest on(Backend backend, SessionName session, String name) {
        return new LeaseRequest(backend, session, name);
    }

    /**
     * Reads who holds a session, without taking or writing anything.
     *
     * @return empty when nobody does and nothing is marked. A holder that is named may be dead.
     * @throws CorruptDataException when the row is damaged
     */
    public static Optional<LeaseRecord> read(Backend backend, SessionName session, String name) {
        Key key = Acquisition.key(name);
        try {
            return backend.get(session, key).map(Row::value).map(LeaseRecord::parse);
        } catch (CorruptDataException e) {
            throw Acquisition.damaged(on(backend, session, name), key, e);
        } catch (IllegalArgumentException e) {
            throw Acquisition.damaged(on(backend, session, name), key, String.valueOf(e.getMessage()));
        }
    }

    /** What the row of this lease holds. */
    public LeaseRecord record() {
        return ownership.record();
    }

    /**
     * Whether the row still is what this lease wrote into it. Reads it, so that who commits nothing learns too that
     * somebody took the session over; nothing is decided by it, a commit is.
     *
     * @return false also when it was closed, and true while it is not known what became of a commit
     * @throws dev.pawl.backend.UnavailableException when the row cannot be read
     */
    public boolean isHeld() {
        try {
            return ownership.isHeld();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Applies a batch if this lease is still held and all checks hold. Leave room in it for one more row of 2 KiB, the check of the lease.
     *
     * @throws dev.pawl.backend.FencedException when the lease is lost; nothing was applied
     * @throws dev.pawl.backend.ConflictException when a check of the batch does not hold; nothing was applied
     * @throws dev.pawl.backend.InDoubtException when it may have been applied; reading tells, see the class comment
     * @throws dev.pawl.backend.UnavailableException when nothing was applied
     * @throws IllegalArgumentException when the batch touches the lease row
     */
    public void commit(Batch batch) {
        try {
            ownership.commit(batch);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Removes every row of these families while this lease is held, see {@link Backend#erase}. {@link #clear} is the same,
     * made sure that it is finished after a crash.
     *
     * @throws dev.pawl.backend.FencedException when the lease is lost; what was removed until then stays removed
     */
    public void erase(Set<Family> families) {
        try {
            ownership.erase(families);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Erases these families, or finishes what began to: the row says {@link LeaseState.Clearing} as long as anything may be
     * left, and {@link LeaseState.Held} when nothing is. Whoever acquires a lease in that state calls this before anything
     * else.
     *
     * <p>Families that belong together go in one call: the backend then knows that a device must not outlive its keys.
     *
     * @throws dev.pawl.backend.FencedException when the lease is lost; what was removed until then stays removed
     */
    public void clear(Set<Family> families) {
        if (!(record().state() instanceof LeaseState.Clearing)) {
            mark(LeaseState.CLEARING);
        }
        erase(families);
        mark(LeaseState.HELD);
    }

    /**
     * Writes what is going on into the row. All states but {@link LeaseState.Held} stay when this lease is closed.
     *
     * @throws dev.pawl.backend.FencedException when the lease is lost
     * @throws dev.pawl.backend.InDoubtException when it may have been written; {@link #record} keeps the old state, and
     *     so will the row once it can be written again
     */
    public void mark(LeaseState state) {
        try {
            ownership.mark(state);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Gives the row a new token: whatever was sent under the old one is applied already or never.
     *
     * @throws dev.pawl.backend.FencedException when the lease is lost
     * @throws dev.pawl.backend.InDoubtException when it is not sure that it worked; nothing is committed until it did
     */
    public void renew() {
        try {
            ownership.renew();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Gives the session back, after the commits in flight. Never touches the row of another owner and never throws: when
     * the store cannot be reached, the release is tried again in the background. Repeating it does nothing.
     */
    @Override
    public void close() {
        try {
            ownership.close();
        } finally {
            forgotten.clean();
            Reference.reachabilityFence(this);
        }
    }
}
