package dev.pawl.architecture.broken.transport;

import dev.pawl.architecture.broken.auth.BreaksAuth;

/** Breaks the rule of its layer on purpose: it uses a store. */
public final class BreaksTransport {

    private BreaksTransport() {}

    static Class<?> forbidden() {
        return BreaksAuth.class;
    }
}
