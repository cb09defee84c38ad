package dev.pawl.backend;

/** This store cannot hold or do what was asked; the message says what to use instead. Nothing was applied. */
public final class UnsupportedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** With a message for people. */
    public UnsupportedException(String message) {
        super(Code.STORE_UNSUPPORTED, message, null);
    }

    /** With a message for people and what caused it. */
    public UnsupportedException(String message, Throwable cause) {
        super(Code.STORE_UNSUPPORTED, message, cause);
    }
}
