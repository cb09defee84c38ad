package dev.pawl.backend;

import java.util.Optional;

/** Somebody else changed a record first, or it is not as the caller demanded; nothing was applied. The caller reads again and re-runs. */
public final class ConflictException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Key> key;

    /** A check did not hold for this row. */
    public ConflictException(Key key, String message) {
        super(Code.STORE_CONFLICT, message, null);
        this.key = Optional.of(key);
    }

    /** A conflict that is not about one row. */
    public ConflictException(String message) {
        super(Code.STORE_CONFLICT, message, null);
        this.key = Optional.empty();
    }

    /** The row whose check did not hold. */
    public Optional<Key> key() {
        return key;
    }
}
