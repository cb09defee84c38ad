package dev.pawl.backend;

/** How a backend is opened. */
public enum Access {
    /** For reading only: nothing is created, locked, recovered or written, and what does not exist is an error. */
    READ_ONLY,
    /** For reading and writing; what does not exist is created when the first row is written. */
    READ_WRITE
}
