package dev.pawl.migrate;

/** How far earlier runs of the same migration have come with a session. */
public enum MigrationState {
    /** No earlier run has written anything, or what the target holds came from elsewhere. */
    NEW,
    /** An earlier run was interrupted: the target is marked as migrating from this very source. */
    BEGUN,
    /**
     * An earlier run was finished: the target has just what the source has, or the source was retired in its favour and the
     * target may have moved on since.
     */
    FINISHED
}
