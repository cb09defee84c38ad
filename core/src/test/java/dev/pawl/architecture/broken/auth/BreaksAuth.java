package dev.pawl.architecture.broken.auth;

import dev.pawl.architecture.broken.message.BreaksMessage;

/** Breaks the rule of its layer on purpose: it uses {@code message}. */
public final class BreaksAuth {

    private BreaksAuth() {}

    static Class<?> forbidden() {
        return BreaksMessage.class;
    }
}
