package dev.pawl.job;

/** Sends the message of a job: what a {@link JobRunner} calls when its time has come. */
@FunctionalInterface
public interface JobSender {

    /**
     * Sends it and returns when that is done.
     *
     * <p>Uses {@link Job#messageId} as the id of the message. A job may be sent more than once, when the process died
     * between the send and the note that it was done: the message id is then the same, by which a phone knows it.
     *
     * <p>Called by one thread at a time for a session. What it blocks, it blocks for the session.
     *
     * @throws UnsendableException when trying again is of no use; the job is given up
     * @throws Exception when it was not sent, or may not have been: it is tried again. Its class and message are stored
     *     with the job, so they hold no secret.
     */
    void send(Job job) throws Exception;
}
