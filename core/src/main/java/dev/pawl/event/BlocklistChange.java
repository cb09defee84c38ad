package dev.pawl.event;

/** What the addresses in {@link Event.Blocklist} are. */
public enum BlocklistChange {
    /** All that are blocked. */
    ALL,
    /** Blocked now. */
    ADDED,
    /** Blocked no longer. */
    REMOVED
}
