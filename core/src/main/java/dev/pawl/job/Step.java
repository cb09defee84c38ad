package dev.pawl.job;

import dev.pawl.backend.Row;
import java.util.Optional;

/**
 * A change of one job, before it is committed.
 *
 * @param from the job as it was read
 * @param to what it becomes
 * @param occurrence a row of its own for an occurrence of a recurring job that was given up
 * @param leaving what that means to its broadcast
 */
record Step(Job from, Row to, Optional<Row> occurrence, Leaving leaving) {

    /** What a step of a job means to its broadcast. */
    enum Leaving {
        /** Nothing: it is taken. */
        NOT,
        /** It was sent: the next one's turn. */
        SENT,
        /** It was given up: the next one's turn. */
        FAILED,
        /** It will not be sent: the next one's turn. */
        CANCELLED,
        /** It is tried again later, and the others go first. */
        LATER,
        /** It waits again as before. */
        BACK,
        /** It had been given up and waits again. */
        AFTER_FAILED,
        /** It had been cancelled and waits again. */
        AFTER_CANCELLED
    }

    Step(Job from, Row to, Leaving leaving) {
        this(from, to, Optional.empty(), leaving);
    }

    /** The job as it stands when this is committed. */
    Job job() {
        return Job.of(to);
    }
}
