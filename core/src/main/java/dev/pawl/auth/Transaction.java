package dev.pawl.auth;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The handle of one running transaction, see {@link AuthStore#transaction}. Reads see what was written through it, and a record that was read once stays as it was; writes wait for the commit.
 *
 * <p><b>Thread-safety.</b> None: it belongs to the thread that runs the work and ends with it. Any other use is an {@link IllegalStateException}.
 *
 * <p><b>Not supported.</b> Listing ids: what is not there yet could not be checked at the commit.
 */
public final class Transaction {

    private final AuthRows rows;
    private final Optional<AuthWriter> writer;
    private final Optional<Long> clears;
    private final Thread thread = Thread.currentThread();
    private final Map<Key, Optional<Bytes>> read = new HashMap<>();
    private final Changes changes = new Changes();
    private boolean ended;

    Transaction(AuthRows rows, Optional<AuthWriter> writer) {
        this.rows = rows;
        this.writer = writer;
        this.clears = writer.map(AuthWriter::clears);
    }

    /** Reads the credentials. From then on the transaction only commits if nobody else changed them. */
    public Optional<Credentials> credentials() {
        requireUsable();
        if (changes.whole().isEmpty()) {
            Optional<Credentials> stored = remember(Set.of(Key.CREDENTIALS))
                    .getOrDefault(Key.CREDENTIALS, Optional.empty())
                    .map(text -> Credentials.stored(text, place()));
            if (changes.partial().isEmpty()) {
                return stored;
            }
            changes.save(stored.orElseThrow(this::nothingToUpdate)
                    .merge(changes.partial().get())
                    .detached());
        }
        return changes.whole().map(whole -> whole.savedAt(place()));
    }

    /**
     * Saves whole credentials.
     *
     * @return what a later read in this transaction gives
     * @throws ConflictException when they were read from the store and somebody changed them there, or here, since
     */
    public Credentials saveCredentials(Credentials whole) {
        requireWritable();
        if (whole.origin().isPresent() && !credentials().map(Credentials::text).equals(whole.origin())) {
            throw new ConflictException(
                    Key.CREDENTIALS, "the credentials were changed since these were read: " + place());
        }
        changes.save(whole.detached());
        return whole.savedAt(place());
    }

    /**
     * Merges a partial update into the credentials, as {@link AuthStore#saveCredentials(JsonObject)} does. As long as this transaction does not read the credentials, the update is merged into what is
     * stored when it commits, so that no concurrent update makes it fail.
     *
     * @throws ConflictException here, or at the commit, when there are no credentials
     */
    public void saveCredentials(JsonObject partial) {
        requireWritable();
        if (changes.whole().isEmpty() && read.containsKey(Key.CREDENTIALS)) {
            changes.save(credentials().orElseThrow(this::nothingToUpdate).detached());
        }
        changes.merge(partial);
    }

    /** Reads one record. From then on the transaction only commits if nobody else changed it. */
    public <V> Optional<V> read(KeyType<V> type, String id) {
        return Optional.ofNullable(read(type, List.of(id)).get(id));
    }

    /**
     * Reads records of one type. From then on the transaction only commits if nobody else changed them, or made those that are missing.
     *
     * @return those that exist, in the order of {@code ids}
     */
    public <V> Map<String, V> read(KeyType<V> type, Collection<String> ids) {
        requireUsable();
        Set<Key> unwritten = new LinkedHashSet<>();
        for (String id : ids) {
            if (!changes.keys().containsKey(type.key(id))) {
                unwritten.add(type.key(id));
            }
        }
        Map<Key, Optional<Bytes>> stored = remember(unwritten);
        Map<String, V> values = new LinkedHashMap<>();
        for (String id : ids) {
            Key key = type.key(id);
            Optional<Bytes> text = changes.keys().getOrDefault(key, stored.getOrDefault(key, Optional.empty()));
            text.ifPresent(value -> values.put(id, rows.decode(type, id, value)));
        }
        return Collections.unmodifiableMap(values);
    }

    /** Makes changes, all of them part of the one commit at the end. */
    public void write(Updates updates) {
        requireWritable();
        Changes more = new Changes();
        updates.applyTo(more);
        more.whole().ifPresent(this::saveCredentials);
        more.partial().ifPresent(this::saveCredentials);
        changes.keys().putAll(more.keys());
    }

    /** Deletes records of one type. They need not exist. */
    public void delete(KeyType<?> type, Collection<String> ids) {
        requireWritable();
        ids.forEach(id -> changes.keys().put(type.key(id), Optional.empty()));
    }

    /**
     * Does work as a part of this transaction: it commits with it or not at all. When the work throws, what it wrote is taken back; what it read is still checked at the commit.
     *
     * @param scope says what the work is about, for the reader; a part waits for nobody
     */
    public <R extends @Nullable Object, X extends Exception> R transaction(Scope scope, TransactionWork<R, X> work)
            throws X {
        requireUsable();
        Changes before = changes.copy();
        boolean finished = false;
        try {
            R result = work.run(this);
            finished = true;
            return result;
        } finally {
            if (!finished) {
                changes.restore(before);
            }
        }
    }

    /** Commits what was written, if anything was. */
    void commit() {
        if (!changes.isEmpty()) {
            writer.orElseThrow().commit(changes, read, clears);
        }
    }

    /** Makes every further use an error. */
    void end() {
        ended = true;
    }

    /** What these rows were when this transaction first read them. */
    private Map<Key, Optional<Bytes>> remember(Set<Key> keys) {
        List<Key> unread = keys.stream().filter(key -> !read.containsKey(key)).toList();
        if (!unread.isEmpty()) {
            Map<Key, Bytes> found = rows.get(unread);
            unread.forEach(key -> read.put(key, Optional.ofNullable(found.get(key))));
        }
        return read;
    }

    private ConflictException nothingToUpdate() {
        return new ConflictException(Key.CREDENTIALS, "session " + rows.session() + " has no credentials to update");
    }

    private String place() {
        return rows.place(Key.CREDENTIALS);
    }

    private void requireWritable() {
        requireUsable();
        if (writer.isEmpty()) {
            throw AuthStore.readOnly(rows.session());
        }
    }

    private void requireUsable() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("a transaction is only used by the thread that runs it");
        }
        if (ended) {
            throw new IllegalStateException("this transaction has ended");
        }
    }

    /** Counts, never contents. */
    @Override
    public String toString() {
        return "Transaction[" + rows.session() + "]";
    }
}
