package dev.pawl.architecture.broken.migrate;

import dev.pawl.architecture.broken.FrontDoor;

/** Breaks the rule of its layer on purpose: it uses the root package. */
public final class BreaksMigrate {

    private BreaksMigrate() {}

    static Class<?> forbidden() {
        return FrontDoor.class;
    }
}
