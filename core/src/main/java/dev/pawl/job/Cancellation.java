package dev.pawl.job;

/** What became of the wish to cancel a job. */
public enum Cancellation {
    /** It will not be sent. */
    CANCELLED,
    /**
     * It is being sent right now, by this process or another, or was when that process died. This attempt cannot be
     * called back; there will be no other. {@link JobStore#find} tells how it ended.
     */
    IN_FLIGHT,
    /** It has been sent. */
    TOO_LATE,
    /** It had been cancelled or given up before. */
    ENDED,
    /** There is no such job. */
    UNKNOWN
}
