package dev.pawl.architecture.broken.lease;

import dev.pawl.architecture.broken.file.BreaksFile;

/** Breaks the rule of its layer on purpose: it uses {@code file}. */
public final class BreaksLease {

    private BreaksLease() {}

    static Class<?> forbidden() {
        return BreaksFile.class;
    }
}
