package dev.pawl.architecture.broken.json;

import dev.pawl.architecture.broken.backend.BreaksBackend;

/** Breaks the rule of its layer on purpose: it uses {@code backend}. */
public final class BreaksJson {

    private BreaksJson() {}

    static Class<?> forbidden() {
        return BreaksBackend.class;
    }
}
