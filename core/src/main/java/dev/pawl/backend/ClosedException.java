package dev.pawl.backend;

/** The store was used after it was closed. */
public final class ClosedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** With a message for people. */
    public ClosedException(String message) {
        super(Code.STORE_CLOSED, message, null);
    }

    /** With a message for people and what caused it. */
    public ClosedException(String message, Throwable cause) {
        super(Code.STORE_CLOSED, message, cause);
    }
}
