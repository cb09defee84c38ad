package dev.pawl.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What stands beside a database and when it was changed, seen without opening the database.
 *
 * @param database the file itself
 * @param log the write-ahead log
 * @param sharedMemory whether the index of the log is there
 * @param journal whether a rollback journal is there
 */
record FileGlance(Optional<Stamp> database, Optional<Stamp> log, boolean sharedMemory, boolean journal) {

    /** Two changes of a file within this time may leave it with the same time: the clock of a file system is coarse. */
    private static final Duration TICK = Duration.ofMillis(20);

    /**
     * What tells one state of a file from another.
     *
     * @param identity the file behind the name, where the system knows such a thing
     */
    record Stamp(long size, FileTime changed, Optional<Object> identity) {}

    /** Looks now. */
    static FileGlance at(Path file) throws IOException {
        Optional<Stamp> log = stamp(beside(file, "-wal"));
        boolean sharedMemory = Files.exists(beside(file, "-shm"));
        boolean journal = Files.exists(beside(file, "-journal"));
        return new FileGlance(stamp(file), log, sharedMemory, journal);
    }

    static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static Optional<Stamp> stamp(Path file) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(found.size(), found.lastModifiedTime(), Optional.ofNullable(found.fileKey())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether a log with something in it is there. */
    boolean hasLog() {
        return log.isPresent() && log.get().size() > 0;
    }

    /**
     * Whether a log is there that got no further than its header. Without the right to write to the shared memory, SQLite
     * waits for a writer to add to it, and gives up after ten seconds with a protocol error.
     */
    boolean isLogBarelyBegun() {
        return log.isPresent() && log.get().size() == LogFile.HEADER;
    }

    /** Whether a change that was made just now could still be followed by one that leaves the same stamps. */
    boolean isTooYoung() {
        Instant now = Instant.now();
        return database.filter(stamp -> isYoung(stamp, now)).isPresent()
                || log.filter(stamp -> isYoung(stamp, now)).isPresent();
    }

    private static boolean isYoung(Stamp stamp, Instant now) {
        Duration age = Duration.between(stamp.changed().toInstant(), now);
        return age.abs().compareTo(TICK) < 0;
    }
}
