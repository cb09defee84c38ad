package dev.pawl.backend;

import org.jspecify.annotations.Nullable;

/** The store could not be reached, read or written; nothing was applied. The caller tries again, or mends the cause. */
public final class UnavailableException extends StoreException {

    private static final long serialVersionUID = 1L;

    private UnavailableException(Code code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }

    /** A module or driver is missing. The message has the coordinates to add. */
    public static UnavailableException notAvailable(String message) {
        return new UnavailableException(Code.STORE_NOT_AVAILABLE, message, null);
    }

    /** The store could not be reached or opened. */
    public static UnavailableException connectionFailed(String message) {
        return new UnavailableException(Code.STORE_CONNECTION_FAILED, message, null);
    }

    /** The store could not be reached or opened, because of this. */
    public static UnavailableException connectionFailed(String message, Throwable cause) {
        return new UnavailableException(Code.STORE_CONNECTION_FAILED, message, cause);
    }

    /** A read failed. */
    public static UnavailableException readFailed(String message, Throwable cause) {
        return new UnavailableException(Code.STORE_READ_FAILED, message, cause);
    }

    /** A write failed and nothing of it was applied. */
    public static UnavailableException writeFailed(String message, Throwable cause) {
        return new UnavailableException(Code.STORE_WRITE_FAILED, message, cause);
    }
}
