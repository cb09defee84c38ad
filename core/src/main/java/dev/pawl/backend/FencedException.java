package dev.pawl.backend;

/** This owner has lost the session: another took it over, or the session was cleared. Nothing was applied. The caller stops. */
public final class FencedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** With a message for people. */
    public FencedException(String message) {
        super(Code.STORE_FENCED, message, null);
    }

    /** With a message for people and what caused it. */
    public FencedException(String message, Throwable cause) {
        super(Code.STORE_FENCED, message, cause);
    }
}
