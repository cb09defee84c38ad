package dev.pawl.backend;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A place that keeps rows for sessions. The one interface a new kind of storage implements.
 *
 * <p><b>Atomicity.</b> A {@link #commit} is whole or absent, for every reader and after every crash; its checks and its
 * change are one step, also towards other instances and other processes on the same storage, read-only ones included. <b>Durability.</b> When it returns, the batch survives what {@link Traits#durability}
 * says. <b>Thread-safety.</b> Every method may be called from many threads at once; commits of one session are applied one after another, and a read that starts after a commit returned sees
 * it. Interrupting a caller neither loses a commit nor damages the backend for others.
 *
 * <p><b>Blocking.</b> Returning is the acknowledgement; there are no futures here. Implementations do not hold monitors during I/O, because callers may be virtual threads.
 *
 * <p><b>Not supported.</b> No merging, no interpretation of values, no expiry, no change feed, no transaction over several sessions.
 *
 * <p><b>Errors.</b> Every method throws {@link StoreException}s only: {@link UnavailableException} when nothing was applied, {@link InDoubtException} when a commit may have been,
 * {@link CorruptDataException} for what cannot be read, {@link UnsupportedException} for what this backend cannot hold, {@link ClosedException} after {@link #close}.
 */
public interface Backend extends AutoCloseable {

    /** The most bytes of values in one page, unless its only row is bigger: 4 MiB. */
    int PAGE_BYTES = 4 << 20;

    /** What this backend holds and promises. Does not change and does no I/O. */
    Traits traits();

    /**
     * Reads rows by key, as they stood at one moment.
     *
     * @param keys at most {@link Traits.Limits#reads} of them
     * @return the rows that exist, in no particular order of keys. Absent means absent: what is there but cannot be read is an exception.
     */
    Map<Key, Row> get(SessionName session, Collection<Key> keys);

    /** Reads one row. */
    default Optional<Row> get(SessionName session, Key key) {
        return Optional.ofNullable(get(session, List.of(key)).get(key));
    }

    /**
     * Reads rows in order. A page has at most the limit of the scan and {@link #PAGE_BYTES} of values, but at least one row when there is one; rows that stay put during a listing are listed
     * exactly once.
     */
    Page<Row, Position> scan(SessionName session, Scan scan);

    /**
     * Lists the partitions of a family that hold rows, by {@link Key#BYTE_ORDER}.
     *
     * @param after the {@link Page#next} of the page before, or empty to begin
     * @param limit the most partitions of one page, at least 1
     */
    Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit);

    /**
     * Applies a batch if all its checks hold. Checks are looked at in their order.
     *
     * @throws ConflictException naming the first check that did not hold; nothing was applied
     * @throws InDoubtException when the batch may have been applied, or may even be applied later, by a server that still
     *     has it in a queue. Before reading again, the caller changes a row that the batch checks (a lease does that for
     *     its owner): then the batch is applied already or never.
     */
    void commit(SessionName session, Batch batch);

    /**
     * Removes every row of these families, whatever its key, in bounded steps. The checks hold at each step. After an
     * exception the rest is still there and the same call goes on with it. Where credentials and keys both go, the
     * credentials go first: keys that are left behind start no client. When it returns, nothing of what was removed is
     * left on the medium where the backend can see to that.
     *
     * @param families what to remove; never {@link Family#LEASE}, whose rows go one by one in batches
     * @throws ConflictException when a check does not hold (any more); what was removed until then stays removed
     * @throws IllegalArgumentException when leases are among the families
     */
    void erase(SessionName session, Set<Family> families, List<Check> checks);

    /**
     * Lists the sessions that hold rows of these families, by {@link Key#BYTE_ORDER}, without {@link SessionName#PAWL}.
     *
     * @param families which rows make a session count
     * @param after the {@link Page#next} of the page before, or empty to begin
     * @param limit the most sessions of one page, at least 1
     */
    Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit);

    /**
     * All sessions that hold rows of these families, in the same order, read page by page as the stream goes on.
     *
     * @param families which rows make a session count; those that this backend does not hold count for nothing
     */
    default Stream<SessionName> sessions(Set<Family> families) {
        Set<Family> held = EnumSet.noneOf(Family.class);
        held.addAll(families);
        held.retainAll(traits().families());
        int pageSize = 500;
        return Page.stream((Optional<String> after) -> sessions(held, after, pageSize));
    }

    /**
     * Where a row stands or would stand, for people: a path, a table and id, a key. Never holds a secret, never touches the storage, and differs between two places: backends that give the same answer
     * for {@link Key#CREDENTIALS} hold the same row.
     */
    String locate(SessionName session, Key key);

    /** What can be said about how this session is stored, beyond its rows. Changes nothing. */
    Inspection inspect(SessionName session);

    /**
     * An optional capability, such as {@link ProcessLocking}. Decorators pass the question on.
     *
     * @return this backend as that type, or empty when it cannot do that
     */
    default <T> Optional<T> as(Class<T> capability) {
        return capability.isInstance(this) ? Optional.of(capability.cast(this)) : Optional.empty();
    }

    /** Ends all use of this backend and releases what it owns. Commits that returned are safe. Repeating it does nothing. */
    @Override
    void close();
}
