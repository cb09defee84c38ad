package dev.pawl.backend;

/** A live owner holds the session, or it is set aside for a migration; nothing was changed. The message names host, process and since when. The caller waits, or takes over. */
public final class InUseException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** With a message that names the holder. */
    public InUseException(String message) {
        super(Code.STORE_IN_USE, message, null);
    }
}
