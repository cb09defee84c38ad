package dev.pawl.architecture.broken.file;

import dev.pawl.architecture.broken.event.BreaksEvent;

/** Breaks the rule of its layer on purpose: it uses {@code event}. */
public final class BreaksFile {

    private BreaksFile() {}

    static Class<?> forbidden() {
        return BreaksEvent.class;
    }
}
