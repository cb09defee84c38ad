package dev.pawl.architecture.broken.message;

import dev.pawl.architecture.broken.job.BreaksJob;

/** Breaks the rule of its layer on purpose: it uses {@code job}. */
public final class BreaksMessage {

    private BreaksMessage() {}

    static Class<?> forbidden() {
        return BreaksJob.class;
    }
}
