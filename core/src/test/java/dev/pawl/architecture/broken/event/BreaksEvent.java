package dev.pawl.architecture.broken.event;

import dev.pawl.architecture.broken.auth.BreaksAuth;

/** Breaks the rule of its layer on purpose: it uses {@code auth}. */
public final class BreaksEvent {

    private BreaksEvent() {}

    static Class<?> forbidden() {
        return BreaksAuth.class;
    }
}
