package dev.pawl.interop;

/** What Baileys, or the peer around it, answered instead of a result. */
final class PeerFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String name;

    PeerFailure(String name, String message) {
        super(name + ": " + message);
        this.name = name;
    }

    /** The name of the JavaScript error class, {@code SessionError} for example. */
    String name() {
        return name;
    }
}
