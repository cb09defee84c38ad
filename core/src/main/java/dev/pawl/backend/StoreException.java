package dev.pawl.backend;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that can go wrong with a store. Its subclasses say what the caller should do; the code is the stable name that people search for. Messages name the place and never hold a
 * value.
 */
public abstract sealed class StoreException extends RuntimeException
        permits UnavailableException,
                InDoubtException,
                ConflictException,
                FencedException,
                InUseException,
                CorruptDataException,
                UnsupportedException,
                ClosedException {

    private static final long serialVersionUID = 1L;

    private final Code code;

    /** The stable names of what can go wrong. */
    public enum Code {
        /** A module or driver is missing; the message has its coordinates. */
        STORE_NOT_AVAILABLE,
        /** The store could not be reached or opened. */
        STORE_CONNECTION_FAILED,
        /** A read failed; trying again may help. */
        STORE_READ_FAILED,
        /** A write failed and nothing of it was applied; trying again may help. */
        STORE_WRITE_FAILED,
        /** A write may or may not have been applied. */
        STORE_IN_DOUBT,
        /** Somebody else changed a record first. */
        STORE_CONFLICT,
        /** The session was taken over. */
        STORE_FENCED,
        /** A live owner holds the session. */
        STORE_IN_USE,
        /** What is stored cannot be read. */
        STORE_CORRUPTED,
        /** This store cannot hold or do that. */
        STORE_UNSUPPORTED,
        /** The store was closed. */
        STORE_CLOSED
    }

    StoreException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The stable name of what went wrong. */
    public final Code code() {
        return code;
    }
}
