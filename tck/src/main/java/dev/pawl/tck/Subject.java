package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One fresh storage and what a contract suite has to know about it beyond the {@link dev.pawl.backend.Traits} of its backend. Immutable.
 *
 * <pre>{@code
 * Subject.stored(access -> FooBackend.open(directory, access)).mayRefuse(key -> key.id().isEmpty()).damagedBy(this::overwrite)
 * }</pre>
 */
public final class Subject {

    private final Function<Access, Backend> opening;
    private final boolean stored;
    private final boolean shared;
    private final boolean slow;
    private final Predicate<Key> mayRefuse;
    private final Optional<RowAction> damage;
    private final Optional<RowAction> obstruction;

    /** Something done to a stored row behind the backend's back. */
    @FunctionalInterface
    public interface RowAction {
        /** Does it to this row, which is stored. */
        void on(SessionName session, Key key) throws Exception;
    }

    private Subject(
            Function<Access, Backend> opening,
            boolean stored,
            boolean shared,
            boolean slow,
            Predicate<Key> mayRefuse,
            Optional<RowAction> damage,
            Optional<RowAction> obstruction) {
        this.opening = opening;
        this.stored = stored;
        this.shared = shared;
        this.slow = slow;
        this.mayRefuse = mayRefuse;
        this.damage = damage;
        this.obstruction = obstruction;
    }

    /** A storage that lives and ends with the one backend that is opened on it. */
    public static Subject of(Supplier<Backend> fresh) {
        return new Subject(
                access -> fresh.get(), false, false, false, key -> false, Optional.empty(), Optional.empty());
    }

    /** A storage that outlives its backends: any number of them can be opened on it, one after another and at once. */
    public static Subject stored(Function<Access, Backend> opening) {
        return new Subject(opening, true, true, false, key -> false, Optional.empty(), Optional.empty());
    }

    /** The same storage, which is opened by one backend at a time only. */
    public Subject oneAtATime() {
        return new Subject(opening, stored, false, slow, mayRefuse, damage, obstruction);
    }

    /** The same storage, on which every row read costs so much that a suite walks it less often, never over fewer rows. */
    public Subject slow() {
        return new Subject(opening, stored, shared, true, mayRefuse, damage, obstruction);
    }

    /** The same storage, which may refuse these keys with {@link dev.pawl.backend.UnsupportedException}; all others it must keep. */
    public Subject mayRefuse(Predicate<Key> keys) {
        return new Subject(opening, stored, shared, slow, keys, damage, obstruction);
    }

    /** The same storage, with a way to overwrite a stored row with something that is no value. */
    public Subject damagedBy(RowAction action) {
        return new Subject(opening, stored, shared, slow, mayRefuse, Optional.of(action), obstruction);
    }

    /** The same storage, with a way to make a stored row fail when it is read, though it is not damaged. */
    public Subject obstructedBy(RowAction action) {
        return new Subject(opening, stored, shared, slow, mayRefuse, damage, Optional.of(action));
    }

    /** Opens a backend on this storage. */
    public Backend open(Access access) {
        return opening.apply(access);
    }

    /** Whether rows outlive the backend that wrote them. */
    public boolean isStored() {
        return stored;
    }

    /** Whether two backends can be open at once. */
    public boolean isShared() {
        return shared;
    }

    boolean isSlow() {
        return slow;
    }

    boolean refuses(Key key) {
        return mayRefuse.test(key);
    }

    Optional<RowAction> damage() {
        return damage;
    }

    Optional<RowAction> obstruction() {
        return obstruction;
    }
}
