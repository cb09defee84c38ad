package dev.pawl.job;

/** A message will never be sent, however often it is tried: thrown by a {@link JobSender}. */
public final class UnsendableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With a message for people, which is stored with the job. */
    public UnsendableException(String message) {
        super(message);
    }

    /** With a message for people, which is stored with the job, and what caused it. */
    public UnsendableException(String message, Throwable cause) {
        super(message, cause);
    }
}
