package dev.pawl.transport;

/** The link that calls its host has ended: it gives up what it was doing. */
public final class LinkEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says why, for logs. */
    public LinkEndedException(String message) {
        super(message);
    }
}
