package dev.pawl.transport;

/** A transport could not be started, or could not do what was asked of it. No secret is in its message. */
public final class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean permanent;

    private TransportException(String message, boolean permanent) {
        super(message);
        this.permanent = permanent;
    }

    /** It failed; the same may go well another time. */
    public static TransportException failed(String message) {
        return new TransportException(message, false);
    }

    /** The same, because of something. */
    public static TransportException failed(String message, Throwable cause) {
        TransportException exception = failed(message);
        exception.initCause(cause);
        return exception;
    }

    /** It will never go well: the content cannot be sent, or what is missing has to be installed. */
    public static TransportException permanent(String message) {
        return new TransportException(message, true);
    }

    /** Whether trying the same again is of no use. */
    public boolean isPermanent() {
        return permanent;
    }
}
