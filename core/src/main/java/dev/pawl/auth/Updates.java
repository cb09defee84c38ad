package dev.pawl.auth;

import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes to key records of any types and to the credentials that are made in one commit.
 *
 * <pre>{@code
 * store.write(Updates.none()
 *         .put(KeyType.SESSION, address, session)
 *         .delete(KeyType.PRE_KEY, "7")
 *         .credentials(partialUpdate));
 * }</pre>
 *
 * <p>Each method returns new updates with one change more; of two changes to one record the later counts. Values are encoded at once, so what the caller does to them afterwards changes nothing.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class Updates {

    private static final Updates NONE = new Updates(null, changes -> {});

    private final @Nullable Updates before;
    private final Consumer<Changes> change;

    private Updates(@Nullable Updates before, Consumer<Changes> change) {
        this.before = before;
        this.change = change;
    }

    /** No changes. */
    public static Updates none() {
        return NONE;
    }

    /**
     * Also sets a record.
     *
     * @param id any text, as the protocol has it
     * @param value the value; {@code null} and JSON {@code null} delete the record
     * @throws IllegalArgumentException when the value is none of this type, or {@code false}, {@code 0} or {@code ""}, which Baileys takes for a deletion
     */
    public <V> Updates put(KeyType<V> type, String id, @Nullable V value) {
        Key key = type.key(id);
        Optional<Bytes> text = value == null ? Optional.empty() : type.encode(value);
        return new Updates(this, changes -> changes.keys().put(key, text));
    }

    /** Also deletes a record. There need not be one. */
    public Updates delete(KeyType<?> type, String id) {
        Key key = type.key(id);
        return new Updates(this, changes -> changes.keys().put(key, Optional.empty()));
    }

    /** Also saves whole credentials, as {@link AuthStore#saveCredentials(Credentials)} does. */
    public Updates credentials(Credentials whole) {
        return new Updates(this, changes -> changes.save(whole));
    }

    /** Also merges a partial update into the credentials, as {@link AuthStore#saveCredentials(JsonObject)} does. */
    public Updates credentials(JsonObject partial) {
        return new Updates(this, changes -> changes.merge(partial));
    }

    /** Applies the changes to {@code changes}, oldest first. */
    void applyTo(Changes changes) {
        Deque<Updates> oldestFirst = new ArrayDeque<>();
        for (Updates one = this; one != null; one = one.before) {
            oldestFirst.push(one);
        }
        oldestFirst.forEach(one -> one.change.accept(changes));
    }

    /** Counts, never contents. */
    @Override
    public String toString() {
        Changes changes = new Changes();
        applyTo(changes);
        return "Updates[" + changes.keys().size() + " records" + (changes.touchCredentials() ? ", credentials]" : "]");
    }
}
