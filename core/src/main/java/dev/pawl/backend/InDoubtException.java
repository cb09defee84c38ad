package dev.pawl.backend;

/** A commit may or may not have been applied. The caller reads again and then decides. */
public final class InDoubtException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** With a message for people. */
    public InDoubtException(String message) {
        super(Code.STORE_IN_DOUBT, message, null);
    }

    /** With a message for people and what caused it. */
    public InDoubtException(String message, Throwable cause) {
        super(Code.STORE_IN_DOUBT, message, cause);
    }
}
