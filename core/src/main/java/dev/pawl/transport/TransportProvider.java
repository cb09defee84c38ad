package dev.pawl.transport;

import java.util.Optional;

/**
 * Brings a transport. Found with {@link java.util.ServiceLoader}: a module names its provider in {@code
 * META-INF/services}.
 */
public interface TransportProvider {

    /** What people call it, such as {@code baileys}. */
    String name();

    /**
     * Why it cannot be used here, as one line for people that says what to do; empty when it can. Looks at what is there
     * and starts nothing.
     */
    Optional<String> problem();

    /** Makes a transport with its standard settings. The caller closes it. */
    Transport create();
}
