package dev.pawl.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The lock that a process holds while it commits, so that looking at a lease and writing under it are one step among
 * processes too. Held for milliseconds; who owns a session is another matter, decided by the lease rows.
 */
final class CommitLock {

    private static final String FILE = "lock";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(3);

    private CommitLock() {}

    /** Takes the lock, waiting for whoever has it. */
    static Disk.FileLock take(SharedDirectory directory) throws IOException {
        Duration end = directory.disk().uptime().plus(PATIENCE);
        while (true) {
            Optional<Disk.FileLock> lock = tryTake(directory);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (directory.disk().uptime().compareTo(end) > 0) {
                throw new IOException("another process has been committing for " + PATIENCE.toSeconds() + " s");
            }
            directory.disk().pause(PAUSE);
        }
    }

    /** Takes the lock if it is free. */
    static Optional<Disk.FileLock> tryTake(SharedDirectory directory) throws IOException {
        Path file = directory.own().resolve(FILE);
        return directory.disk().tryLock(file);
    }
}
