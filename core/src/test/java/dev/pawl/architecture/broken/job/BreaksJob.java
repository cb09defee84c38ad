package dev.pawl.architecture.broken.job;

import dev.pawl.architecture.broken.auth.BreaksAuth;

/** Breaks the rule of its layer on purpose: it uses {@code auth}. */
public final class BreaksJob {

    private BreaksJob() {}

    static Class<?> forbidden() {
        return BreaksAuth.class;
    }
}
