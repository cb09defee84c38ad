package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.LeaseRecord.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The row of one lease as its owner writes it: taken, replaced, taken away, each until it is known what stands there.
 *
 * <p>Every row it writes has a new token and is remembered until it is known which of them stands. A commit that checks a
 * row that was replaced since can never be applied again: that is how doubt ends.
 *
 * <p><b>Thread-safety.</b> Whoever changes the row is alone, see {@link Ownership}; reading is free.
 */
final class LeaseRow {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseRow.class);

    /** How often a change of the row is tried, with pauses from a 64th of a beat on, each twice as long as the one before. */
    private static final int ATTEMPTS = 6;

    private final Backend backend;
    private final SessionName session;
    private final Key key;
    private final LeaseTiming timing;
    private final Node node;
    private final boolean locked;
    private final Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    /** What we wrote, or may have written, or may still be written for us. */
    private final Map<Bytes, Owner> written = new ConcurrentHashMap<>();

    private volatile Bytes value = Bytes.EMPTY;
    private volatile LeaseRecord record = new LeaseRecord(LeaseState.HELD, Optional.empty());
    private volatile boolean doubt;
    private volatile boolean echo;

    LeaseRow(Backend backend, SessionName session, Key key, LeaseTiming timing, Node node, boolean locked) {
        this.backend = backend;
        this.session = session;
        this.key = key;
        this.timing = timing;
        this.node = node;
        this.locked = locked;
    }

    Key key() {
        return key;
    }

    /** What the row is meant to hold. */
    LeaseRecord record() {
        return record;
    }

    /** That the row is ours. */
    Check check() {
        return Check.exact(key, value);
    }

    /** Whether something that was sent under the present token may still be applied. */
    boolean isInDoubt() {
        return doubt;
    }

    /** Something was sent under the present token and not answered. */
    void beginDoubt() {
        doubt = true;
    }

    /** Whether the row was sent more than once while it was taken: one of those may come back after the release. */
    boolean mayReturn() {
        return echo;
    }

    /**
     * Writes the row for the first time.
     *
     * @param before how the row must be; empty to write over whatever stands there
     * @return false when somebody else was faster
     * @throws InDoubtException when it is not known whether it was written; {@link #releaseRepeatedly} is under way
     */
    boolean claim(Optional<Check> before, LeaseState state) {
        LeaseRecord next = next(state);
        Bytes text = next.toBytes();
        value = text;
        record = next;
        Batch batch = new Batch(before.map(List::of).orElseGet(List::of), List.of(Row.of(key, text)), List.of());
        Optional<StoreException> doubtful = Optional.empty();
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || pause(attempt)); attempt++) {
            echo = doubtful.isPresent();
            try {
                backend.commit(session, batch);
                settle(next, text);
                return true;
            } catch (ConflictException e) {
                if (doubtful.isEmpty()) {
                    return false;
                }
            } catch (InDoubtException e) {
                doubtful = Optional.of(e);
            } catch (UnavailableException e) {
                if (doubtful.isEmpty()) {
                    throw e;
                }
            }
            try {
                Optional<Bytes> now = backend.get(session, key).map(Row::value);
                if (now.filter(text::equals).isPresent()) {
                    settle(next, text);
                    return true;
                }
                if (before.isPresent() && !before.get().expected().equals(now)) {
                    releaseRepeatedly();
                    return false;
                }
            } catch (UnavailableException | CorruptDataException e) {
                LOG.debug("cannot tell yet who holds {}: {}", session, e.getMessage());
            }
        }
        releaseRepeatedly();
        throw new InDoubtException(
                "the lease of session " + session + " may have been taken; it is given back as soon as possible",
                doubtful.orElseThrow());
    }

    /**
     * Gives the row a new token and this state. Afterwards nothing is in doubt any more.
     *
     * @throws NotOurs when the row is gone or another's
     * @throws InDoubtException when it cannot be found out which row stands
     * @throws UnavailableException when nothing was written
     */
    void replace(LeaseState state) throws NotOurs {
        LeaseRecord next = next(state);
        Bytes text = next.toBytes();
        StoreException last = new InDoubtException("interrupted");
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || pause(attempt)); attempt++) {
            try {
                backend.commit(session, new Batch(List.of(check()), List.of(Row.of(key, text)), List.of()));
                settle(next, text);
                return;
            } catch (InDoubtException e) {
                doubt = true;
                last = e;
            } catch (ConflictException | UnavailableException e) {
                last = e;
            }
            try {
                Optional<Bytes> now = standing();
                if (now.isEmpty()) {
                    throw new NotOurs(last);
                }
                if (now.get().equals(text)) {
                    settle(next, text);
                    return;
                }
                value = now.get();
            } catch (UnavailableException e) {
                last = e;
            }
        }
        if (!doubt) {
            throw last;
        }
        throw new InDoubtException("the lease of session " + session + " could not be renewed", last);
    }

    /** The row is gone or another's. */
    static final class NotOurs extends Exception {
        private static final long serialVersionUID = 1L;

        NotOurs(StoreException cause) {
            super(cause);
        }
    }

    /** Takes our row away, or leaves its state without an owner. What is not ours stays; that is a success too. */
    void release() {
        LeaseState state = record.state();
        while (true) {
            try {
                backend.commit(
                        session,
                        state instanceof LeaseState.Held
                                ? new Batch(List.of(check()), List.of(), List.of(key))
                                : new Batch(List.of(check()), List.of(Row.of(key, withoutOwner(state))), List.of()));
                return;
            } catch (ConflictException e) {
                Optional<Bytes> now = standing();
                if (now.isEmpty()) {
                    return;
                }
                value = now.get();
            }
        }
    }

    /** Releases in the background, until it succeeds. */
    void releaseLater() {
        later(1);
    }

    /** Releases in the background for as long as something that was sent in doubt may still arrive. */
    void releaseRepeatedly() {
        later((int) Math.min(100, timing.dead().dividedBy(timing.beat())));
    }

    private void later(int rounds) {
        node.later(timing, rounds, () -> {
            release();
            return true;
        });
    }

    /** No token of ours counts as held any more. */
    void disown() {
        written.values().forEach(owner -> Node.drop(owner.token()));
    }

    /** The row as it stands, if it is one of ours. */
    private Optional<Bytes> standing() {
        return backend.get(session, key).map(Row::value).filter(written::containsKey);
    }

    private static Bytes withoutOwner(LeaseState state) {
        return new LeaseRecord(state, Optional.empty()).toBytes();
    }

    private LeaseRecord next(LeaseState state) {
        Owner owner = Host.SELF.owner(Node.newToken(), node.token(), locked, since);
        LeaseRecord next = new LeaseRecord(state, Optional.of(owner));
        written.put(next.toBytes(), owner);
        node.hold(owner.token());
        return next;
    }

    /** This row stands: nothing that checks an older one can be applied any more. */
    private void settle(LeaseRecord next, Bytes text) {
        value = text;
        record = next;
        doubt = false;
        if (!echo) {
            written.forEach((older, owner) -> {
                if (!older.equals(text)) {
                    written.remove(older);
                    Node.drop(owner.token());
                }
            });
        }
    }

    /** Returns false when the thread was interrupted: then it is time to give up. */
    private boolean pause(int attempt) {
        try {
            timing.ticker().sleep(Duration.ofNanos((timing.beat().toNanos() / 64) << (attempt - 1)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
