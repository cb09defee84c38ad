package dev.pawl.backend;

import java.util.Optional;

/**
 * Optional capability of backends on local files: an operating-system lock tells at once, without a clock, whether the process that holds a lease still lives.
 */
public interface ProcessLocking {

    /** A lock that is held until it is closed or the process ends. */
    interface ProcessLock extends AutoCloseable {
        /** Gives the lock back. Repeating it does nothing. */
        @Override
        void close();
    }

    /**
     * Takes the lock of a lease if it is free, without waiting.
     *
     * @param name the id of the lease row, such as {@code auth}
     * @return the lock, or empty when another process or another part of this one holds it
     */
    Optional<ProcessLock> tryLock(SessionName session, String name);
}
