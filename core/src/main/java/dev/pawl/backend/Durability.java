package dev.pawl.backend;

/** What an acknowledged commit survives. */
public enum Durability {
    /** Power loss: the data was forced to the medium before the commit returned. */
    POWER_LOSS,
    /** The end of the process, however sudden, but not of the machine. */
    PROCESS_CRASH,
    /** Nothing: the data lives in this process. */
    NONE
}
