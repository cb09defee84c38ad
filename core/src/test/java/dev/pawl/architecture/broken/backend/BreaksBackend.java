package dev.pawl.architecture.broken.backend;

import dev.pawl.architecture.broken.lease.BreaksLease;

/** Breaks the rule of its layer on purpose: it uses {@code lease}. */
public final class BreaksBackend {

    private BreaksBackend() {}

    static Class<?> forbidden() {
        return BreaksLease.class;
    }
}
