package dev.pawl.auth;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Partition;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseTiming;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The credentials and Signal keys of one linked device.
 *
 * <p>Refuses to guess: damaged credentials are an error and never a new identity; an identity is made by {@link #createCredentials} alone, and only where nothing is.
 *
 * <p><b>Durability.</b> When a write returns, it survives what the backend promises. <b>Atomicity.</b> Each call that writes, and each transaction, is one commit over any number of types and the
 * credentials: whole or absent. <b>Ownership.</b> A store that writes holds the session's lease; once somebody took it over, every write is a {@link FencedException} and nothing is applied.
 * <b>Thread-safety.</b> All methods may be called from many threads. Nothing is cached: a read sees what other programs wrote, and values are the caller's to keep.
 *
 * <p><b>Not supported.</b> Automatic fall-back to older values: putting an old session or sender key back breaks conversations. A {@link #write} over the backend's limits is refused, not split.
 *
 * <p>Every method throws {@link ClosedException} after {@link #close}, and {@link IllegalStateException} when the same thread is inside one of this store's transactions: there, the handle is used.
 */
public final class AuthStore implements AutoCloseable {

    private static final String LEASE = "auth";

    private final AuthRows rows;
    private final Optional<AuthWriter> writer;
    private final ScopeLocks scopes = new ScopeLocks();
    private final ThreadLocal<@Nullable Transaction> running = new ThreadLocal<>();
    private volatile boolean closed;

    private AuthStore(AuthRows rows, Optional<AuthWriter> writer) {
        this.rows = rows;
        this.writer = writer;
    }

    /**
     * Opens the store of a session as its owner. A clearing that a crash interrupted is finished first.
     *
     * @throws InUseException when a live owner holds the session; {@link #opening} has the ways around
     * @throws UnsupportedException when the backend does not hold credentials, keys and leases
     */
    public static AuthStore open(Backend backend, SessionName session) {
        return opening(backend, session).open();
    }

    /** Opens the store of a session as its owner, with more to say about a holder that is there already. */
    public static Opening opening(Backend backend, SessionName session) {
        return new Opening(backend, session, request -> request);
    }

    /**
     * Opens the store of a session for reading. Takes no lease and writes nothing; what an owner does meanwhile, also a migration that is under way, is seen as it is.
     *
     * @throws UnsupportedException when the backend does not hold credentials and keys
     */
    public static AuthStore openReadOnly(Backend backend, SessionName session) {
        requireHeld(backend, session, EnumSet.of(Family.CREDENTIALS, Family.KEY));
        return new AuthStore(new AuthRows(backend, session), Optional.empty());
    }

    /** Whether it has been closed, and every other method throws. */
    public boolean isClosed() {
        return closed;
    }

    /** The session this is the store of. */
    public SessionName session() {
        return rows.session();
    }

    /** What it is kept in. */
    public Backend backend() {
        return rows.backend();
    }

    /**
     * Whether a write would still be this store's to make. Asks the backend, so that a store that writes nothing learns
     * too that the session was taken over.
     *
     * @return false when somebody took the session over, and when this was opened for reading
     * @throws dev.pawl.backend.UnavailableException when the backend cannot be asked
     */
    public boolean isOwner() {
        requireUsable();
        return writer.isPresent() && writer.get().isHeld();
    }

    /**
     * Reads the credentials.
     *
     * @return empty only when there are none at all
     * @throws CorruptDataException when what is there are no credentials, naming place and member; nothing was changed
     */
    public Optional<Credentials> credentials() {
        requireUsable();
        return rows.credentials();
    }

    /**
     * Makes a new identity, see {@link Credentials#create}, and stores it.
     *
     * @throws ConflictException when there are credentials or any keys, damaged ones included; the message names them. They are never overwritten by this.
     */
    public Credentials createCredentials() {
        return writer().create();
    }

    /**
     * Saves whole credentials. Those that were read from a store are only saved if they still are what was read; {@link Credentials#create made} or {@link Credentials#parse parsed} ones replace whatever
     * is there.
     *
     * @return the same, as they now stand in the store: change and save these the next time
     * @throws ConflictException when somebody else saved since these were read; read again and repeat the change
     */
    public Credentials saveCredentials(Credentials whole) {
        Changes changes = new Changes();
        changes.save(whole);
        return writer().commit(changes, Map.of(), Optional.empty()).orElseThrow();
    }

    /**
     * Sets every member of a partial update in the stored credentials, whole, and keeps the rest: what a {@code creds.update} event of Baileys asks for. No update of another writer is lost.
     *
     * @return the credentials as they now stand
     * @throws ConflictException when there are no credentials to update
     * @throws IllegalArgumentException when the rest would be no usable identity
     */
    public Credentials saveCredentials(JsonObject partial) {
        Changes changes = new Changes();
        changes.merge(partial);
        return writer().commit(changes, Map.of(), Optional.empty()).orElseThrow();
    }

    /**
     * Reads one record.
     *
     * @return empty only when there is none
     * @throws CorruptDataException when the record is not of this type, naming place and member
     */
    public <V> Optional<V> read(KeyType<V> type, String id) {
        return Optional.ofNullable(read(type, List.of(id)).get(id));
    }

    /**
     * Reads records of one type, as they stood at one moment unless they are more than the backend reads at once.
     *
     * @return those that exist, in the order of {@code ids}
     * @throws CorruptDataException when one of them is not of this type, naming place and member
     */
    public <V> Map<String, V> read(KeyType<V> type, Collection<String> ids) {
        requireUsable();
        Set<Key> keys = new LinkedHashSet<>();
        ids.forEach(id -> keys.add(type.key(id)));
        Map<Key, Bytes> found = rows.get(keys);
        Map<String, V> values = new LinkedHashMap<>();
        for (Key key : keys) {
            Bytes text = found.get(key);
            if (text != null) {
                values.put(key.id(), rows.decode(type, key.id(), text));
            }
        }
        return Collections.unmodifiableMap(values);
    }

    /**
     * Makes changes to records of any types and to the credentials, in one commit.
     *
     * @throws ConflictException when credentials among them cannot be saved, see {@link #saveCredentials(Credentials)} and {@link #saveCredentials(JsonObject)}; nothing was applied
     * @throws UnsupportedException when they are more than the backend takes at once; nothing was applied
     */
    public void write(Updates updates) {
        AuthWriter target = writer();
        Changes changes = new Changes();
        updates.applyTo(changes);
        if (!changes.isEmpty()) {
            target.commit(changes, Map.of(), Optional.empty());
        }
    }

    /** Deletes records of one type in one commit. They need not exist. */
    public void delete(KeyType<?> type, Collection<String> ids) {
        Updates updates = Updates.none();
        for (String id : ids) {
            updates = updates.delete(type, id);
        }
        write(updates);
    }

    /** The ids of all records of one type, by {@link Key#BYTE_ORDER}. Values are not read, so damaged records are listed too. */
    public List<String> ids(KeyType<?> type) {
        requireUsable();
        return rows.ids(type.name());
    }

    /** All types that have records, known or not, and how many. */
    public List<Partition> types() {
        requireUsable();
        return rows.types();
    }

    /**
     * Erases the credentials and every key of every type. A crash in between is made good by whoever opens the session next; until then no device is left without its keys, only keys may be without a
     * device, which harm nobody.
     *
     * <p>Afterwards all writes are a {@link FencedException} until credentials are created or written whole, and transactions begun before never commit: what belonged to the old identity cannot come back
     * by accident. When this throws, some of it is gone and all writes are refused: call it again.
     */
    public void clear() {
        writer().clear();
    }

    /**
     * Does work on a handle whose writes are one commit at the end, or none when the work throws.
     *
     * <p><b>Isolation.</b> By record: the commit only succeeds if every record that the work read through the handle, or found missing, still is so. Credentials count as one record. A read sees the work's
     * own writes. Nothing is sent when nothing was written.
     *
     * <p><b>Order.</b> Transactions of this store with one scope name run one after another in the order they came; other scopes run at the same time. Waiting for the turn does not end by interruption.
     *
     * <p>Work inside the work goes through {@link Transaction#transaction}; this store itself refuses to be used by it.
     *
     * @param scope what it is about, and how often the work <b>runs again</b> after a lost race
     * @return what the work returned
     * @throws ConflictException when somebody else changed what the work had read; nothing was applied
     * @throws FencedException when the session was taken over, or cleared since the work began; nothing was applied
     */
    public <R extends @Nullable Object, X extends Exception> R transaction(Scope scope, TransactionWork<R, X> work)
            throws X {
        requireUsable();
        scopes.enter(scope.name());
        try {
            int left = scope.reruns();
            while (true) {
                Transaction transaction = new Transaction(rows, writer);
                R result = run(work, transaction);
                try {
                    transaction.commit();
                    return result;
                } catch (ConflictException lost) {
                    if (left-- == 0) {
                        throw lost;
                    }
                }
            }
        } finally {
            scopes.leave(scope.name());
        }
    }

    private <R extends @Nullable Object, X extends Exception> R run(TransactionWork<R, X> work, Transaction handle)
            throws X {
        running.set(handle);
        try {
            return work.run(handle);
        } finally {
            handle.end();
            running.remove();
        }
    }

    /** Ends all use of this store after the commits in flight, and gives the session back. The backend stays open. Repeating it does nothing. */
    @Override
    public void close() {
        requireOutsideTransaction();
        closed = true;
        writer.ifPresent(AuthWriter::close);
    }

    /** Names the session. */
    @Override
    public String toString() {
        return "AuthStore[" + rows.session() + "]";
    }

    private AuthWriter writer() {
        requireUsable();
        return writer.orElseThrow(() -> readOnly(rows.session()));
    }

    static UnsupportedException readOnly(SessionName session) {
        return new UnsupportedException("session " + session + " was opened for reading only: open it to write");
    }

    private void requireUsable() {
        requireOutsideTransaction();
        if (closed) {
            throw new ClosedException("the auth store of session " + rows.session() + " is closed");
        }
    }

    private void requireOutsideTransaction() {
        if (running.get() != null) {
            throw new IllegalStateException("this thread is inside a transaction: use its handle, not the store");
        }
    }

    private static void requireHeld(Backend backend, SessionName session, Set<Family> families) {
        Set<Family> missing = EnumSet.copyOf(families);
        missing.removeAll(backend.traits().families());
        if (!missing.isEmpty()) {
            throw new UnsupportedException("this backend does not hold " + missing
                    + ", which credentials and keys need: use one that does, such as baileys:, native: or sqlite:");
        }
        if (!backend.traits().manySessions() && !session.equals(SessionName.DEFAULT)) {
            throw new UnsupportedException("this backend holds one session, " + SessionName.DEFAULT + ", and not "
                    + session + ": use another place for each session");
        }
    }

    /** How a store is opened when the session may be held: made by {@link AuthStore#opening}, immutable, ended by {@link #open}. */
    public static final class Opening {

        private final Backend backend;
        private final SessionName session;
        private final UnaryOperator<LeaseRequest> wishes;

        private Opening(Backend backend, SessionName session, UnaryOperator<LeaseRequest> wishes) {
            this.backend = backend;
            this.session = session;
            this.wishes = wishes;
        }

        /** Fences a live owner: from then on it commits nothing. */
        public Opening takeOver() {
            return and(LeaseRequest::takeOver);
        }

        /** Waits this long for a live owner to release the session, and sees it within a second unless {@link #timing} says otherwise. */
        public Opening waitForRelease(Duration longest) {
            return and(request -> request.waitForRelease(longest));
        }

        /** Other lengths of time than {@link LeaseTiming#STANDARD}, or another clock. */
        public Opening timing(LeaseTiming timing) {
            return and(request -> request.timing(timing));
        }

        private Opening and(UnaryOperator<LeaseRequest> wish) {
            return new Opening(backend, session, request -> wish.apply(wishes.apply(request)));
        }

        /**
         * Opens the store.
         *
         * @throws InUseException when a live owner holds the session
         * @throws UnsupportedException when the backend does not hold credentials, keys and leases
         */
        public AuthStore open() {
            requireHeld(backend, session, EnumSet.of(Family.CREDENTIALS, Family.KEY, Family.LEASE));
            Lease lease = wishes.apply(Lease.on(backend, session, LEASE)).acquire();
            try {
                AuthRows rows = new AuthRows(backend, session);
                return new AuthStore(rows, Optional.of(new AuthWriter(rows, lease)));
            } catch (RuntimeException | Error e) {
                lease.close();
                throw e;
            }
        }
    }
}
