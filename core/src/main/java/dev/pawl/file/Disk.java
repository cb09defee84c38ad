package dev.pawl.file;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The operations on files that backends use, and no others: the seam at which a test takes the place of the operating
 * system and cuts the power between any two of them.
 *
 * <p><b>Durability.</b> Only what is said here counts. The content of a file survives power loss after {@link
 * #force(Path, String) force}; that a name exists, is gone or stands for another file survives after {@link
 * #forceDirectory} of the directory it is in. A rename is one step, also between two directories: forcing either makes
 * all of it durable.
 *
 * <p><b>Interruption.</b> Nothing here is disturbed by, or clears, the interrupt flag of the calling thread, with the
 * exceptions that their methods name: those are called on threads that nobody interrupts.
 *
 * <p><b>Errors.</b> An {@link IOException} whose message names the path and never any content. What is merely absent is
 * told from what cannot be reached wherever that can be asked.
 *
 * <p><b>Not supported.</b> Links, walking trees, mapping files into memory.
 */
public interface Disk {

    /** The file system of this machine. */
    static Disk system() {
        return SystemDisk.INSTANCE;
    }

    /** What stands under a name. */
    enum Kind {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** Anything else. */
        OTHER
    }

    /**
     * Whose a file is, by the numbers of the operating system.
     *
     * @param user the number of its user
     * @param group the number of its group
     */
    record Owner(int user, int group) {}

    /**
     * What is known of a file without reading it.
     *
     * @param kind what it is, links followed
     * @param size how many bytes it holds
     * @param modified when its content was last changed, as exactly as the file system keeps it
     * @param permissions who may do what, empty where the file system has no such thing
     * @param owner whose it is, empty where the file system has no such thing
     * @param identity the same for two names of one file, different for two files that exist at the same time
     */
    record Stat(
            Kind kind,
            long size,
            Instant modified,
            Optional<Set<PosixFilePermission>> permissions,
            Optional<Owner> owner,
            Object identity) {}

    /** A lock on a file that no other process, and no other part of this one, holds at the same time. */
    interface FileLock extends AutoCloseable {
        /** Gives the lock back. Repeating it does nothing. */
        @Override
        void close();
    }

    /**
     * A file that is open, until it is closed, whatever becomes of its name: it follows the file through a rename and
     * stays with it when the name is removed or given to another.
     *
     * <p><b>Thread-safety.</b> Any number of threads; single operations are not mixed up with each other.
     * <b>Interruption.</b> Neither ends nor closes anything.
     */
    interface OpenFile extends AutoCloseable {

        /** How many bytes the file holds now. */
        long size() throws IOException;

        /**
         * Reads from a place in the file.
         *
         * @param offset of the first byte in the file
         * @param into where the bytes go, from {@code at} on
         * @param length the most bytes to read
         * @return how many were read: fewer than {@code length} only where the file ends, 0 at its end or behind it
         */
        int read(long offset, byte[] into, int at, int length) throws IOException;

        /**
         * Writes at a place in the file, which grows if it must; a gap reads as zeros. After an exception any part of
         * it may have been written.
         */
        void write(long offset, byte[] from, int at, int length) throws IOException;

        /** Makes the file this long: cuts it, or adds zeros. */
        void setLength(long length) throws IOException;

        /**
         * Makes content and length durable: whatever was written by anybody before this call began. After a failure
         * nobody knows what is durable, and a repetition that succeeds proves nothing about what was written before.
         *
         * @param purpose what for, for people and for tests that leave this one out
         */
        void force(String purpose) throws IOException;

        /** Closes it. Forces nothing. Repeating it does nothing. */
        @Override
        void close();
    }

    /**
     * A file of which single bytes are locked and nothing else is ever done with it: no other method is called on it,
     * because on some systems closing any descriptor of a file drops all its locks. All of this process that open the
     * same file share one descriptor, which is closed when the last of them has closed and no lock is held.
     *
     * <p><b>Thread-safety.</b> Safe. <b>Interruption.</b> Not to be called on a thread that may be interrupted.
     */
    interface LockFile extends AutoCloseable {

        /**
         * Locks one byte if it is free.
         *
         * @param position of the byte, from 0 on; the file need not reach that far
         * @return the lock, or empty when another process, or another part of this one, holds it
         */
        Optional<FileLock> tryLock(long position) throws IOException;

        /** Locks nothing more; what is locked stays so until it is given back. Repeating it does nothing. */
        @Override
        void close();
    }

    /** The one spelling of an existing path, links resolved. */
    Path real(Path path) throws IOException;

    /** What stands there, or empty when nothing does. */
    Optional<Stat> stat(Path path) throws IOException;

    /** The whole content, or empty when there is no such file. */
    Optional<byte[]> read(Path file) throws IOException;

    /** Hands over the names in a directory, in no particular order; none when there is no such directory. */
    void list(Path directory, Consumer<String> names) throws IOException;

    /** Makes a directory that only its owner can enter; its parent exists. */
    void makeDirectory(Path directory) throws IOException;

    /**
     * Writes a file that does not exist yet. It has these permissions before its first byte is written, and belongs to
     * whoever its directory belongs to, where this process may give files to others.
     *
     * @param permissions of the new file, ignored where the file system has no such thing
     */
    void create(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException;

    /**
     * Replaces the first bytes of a file in place, creating it for its owner only, who is that of {@link #create}.
     * Readers may see it in between.
     */
    void overwrite(Path file, byte[] content) throws IOException;

    /** Sets who may do what with a file, if the file system has such a thing. */
    void permit(Path file, Set<PosixFilePermission> permissions) throws IOException;

    /**
     * Gives a file or directory, and not what a link stands for, to somebody. Becomes durable with its content.
     *
     * @throws IOException when this process may not do that
     */
    void give(Path path, Owner owner) throws IOException;

    /**
     * Makes the content of a file durable.
     *
     * @param purpose what for, for people and for tests that leave this one out
     */
    void force(Path file, String purpose) throws IOException;

    /**
     * Makes the names in a directory durable. Not to be called on a thread that may be interrupted.
     *
     * @param purpose what for, for people and for tests that leave this one out
     */
    void forceDirectory(Path directory, String purpose) throws IOException;

    /** Gives a file another name, replacing what had it, in one step. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file, link or empty directory. Its being gone already is no error. */
    void delete(Path path) throws IOException;

    /**
     * Takes the lock of a file if it is free, creating the file as {@link #overwrite} does. Not to be called on a
     * thread that may be interrupted. No other method is ever called on that file: on some systems closing any
     * descriptor of it drops the lock.
     */
    Optional<FileLock> tryLock(Path file) throws IOException;

    /**
     * Opens a file, or empty when there is none.
     *
     * @param writing whether it will be written or forced too
     */
    Optional<OpenFile> open(Path file, boolean writing) throws IOException;

    /** Opens the file whose bytes are locks, creating it as {@link #overwrite} does; its directory exists. */
    LockFile openLocks(Path file) throws IOException;

    /** The time that {@link Stat#modified} is compared with. */
    Instant now();

    /** The time since some moment, on a clock that nobody sets: for measuring how long something takes. */
    Duration uptime();

    /** Waits, whether the thread is interrupted or not. */
    void pause(Duration duration);
}
