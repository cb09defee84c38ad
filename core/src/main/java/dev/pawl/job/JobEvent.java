package dev.pawl.job;

import dev.pawl.backend.SessionName;
import java.time.Instant;

/** Something that a {@link JobRunner} did or met. What it says of a job is stored when it says it. */
public sealed interface JobEvent {

    /** The session it happened to. */
    SessionName session();

    /** A job was sent. A recurring one waits for its next occurrence. */
    record Sent(SessionName session, Job job) implements JobEvent {}

    /**
     * A send failed and will be tried again.
     *
     * @param job as it now waits
     * @param cause what the sender threw
     * @param next when it will be tried
     */
    record Failed(SessionName session, Job job, Throwable cause, Instant next) implements JobEvent {}

    /**
     * A job was given up. Of a recurring one that is this occurrence, which has a row of its own.
     *
     * @param job as it is kept, with its last error
     */
    record Died(SessionName session, Job job) implements JobEvent {}

    /** A job was so late that it was skipped. */
    record Missed(SessionName session, Job job) implements JobEvent {}

    /**
     * The process that was sending a job died, or was silent for so long that it counts as dead; the job is sent again.
     *
     * @param job as it now waits
     */
    record Recovered(SessionName session, Job job) implements JobEvent {}

    /**
     * A job was sent, or not, but was no longer ours when that should be noted: this process had been silent for so
     * long that another took the job over, or the jobs were erased or moved away.
     *
     * @param job as it was claimed
     */
    record Lost(SessionName session, Job job) implements JobEvent {}

    /**
     * The store could not be used, or something else went wrong; the runner goes on trying.
     *
     * @param cause what was thrown; of an {@link Error} an exception that has it as its cause
     */
    record Trouble(SessionName session, RuntimeException cause) implements JobEvent {}
}
