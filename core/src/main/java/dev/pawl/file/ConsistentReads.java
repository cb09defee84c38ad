package dev.pawl.file;

import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads that never see half of a batch, without writing or locking anything outside this process.
 *
 * <p>A writer makes the number in {@code .pawl/sequence} odd before it moves the first of several files and even after
 * the last. A read that finds the number changed at its end is made again; while it is odd, the journal says how the
 * batch ends, and the {@link View} reads it as if it had.
 */
final class ConsistentReads {

    /** The file in our own directory: eight bytes, big-endian. */
    static final String SEQUENCE = "sequence";

    private static final int ATTEMPTS = 200;

    /** How often to wait for a writer that stands between two steps, twice as long each time: a second altogether. */
    private static final int WAITS = 10;

    private final SharedDirectory directory;

    ConsistentReads(SharedDirectory directory) {
        this.directory = directory;
    }

    /** A read that may be made several times. */
    interface Reading<T> {
        /**
         * Reads.
         *
         * @param attempt how often it was made before; the higher, the less it should read at once
         */
        T read(View view, int attempt) throws IOException;
    }

    /** Reads until nothing changed meanwhile. */
    <T> T read(Reading<T> reading) {
        directory.view.readLock().lock();
        try {
            Disk disk = directory.disk();
            Path journal = directory.own().resolve(Journal.FILE);
            int retries = 0;
            long watched = -1;
            int waits = 0;
            while (retries < ATTEMPTS) {
                long number = sequence();
                Optional<byte[]> promised = disk.read(journal);
                if (odd(number) && promised.isEmpty() && directory.abandoned != number) {
                    // A writer is just about to begin or to end, or has died there.
                    waits = number == watched ? waits + 1 : 0;
                    watched = number;
                    if (waits < WAITS) {
                        disk.pause(Duration.ofMillis(1L << waits));
                        continue;
                    }
                    directory.abandoned = number;
                }
                try {
                    T result = reading.read(new View(directory, promised), retries++);
                    if (still(number, journal, promised)) {
                        return result;
                    }
                } catch (IOException | StoreException e) {
                    if (still(number, journal, promised)) {
                        throw e;
                    }
                }
            }
            throw UnavailableException.readFailed(
                    directory.path() + ": another process keeps writing to it; try again",
                    new IOException("the sequence number changed in each of " + ATTEMPTS + " attempts"));
        } catch (IOException e) {
            throw UnavailableException.readFailed("cannot read " + directory.path() + ": " + e.getMessage(), e);
        } finally {
            directory.view.readLock().unlock();
        }
    }

    /** The sequence number, 0 when there is none yet. */
    long sequence() throws IOException {
        return directory
                .disk()
                .read(directory.own().resolve(SEQUENCE))
                .filter(bytes -> bytes.length == Long.BYTES)
                .map(bytes -> ByteBuffer.wrap(bytes).getLong() & Long.MAX_VALUE)
                .orElse(0L);
    }

    /** Whether a batch is being applied, or was when its writer died. */
    static boolean odd(long number) {
        return (number & 1) == 1;
    }

    private boolean still(long number, Path journal, Optional<byte[]> promised) throws IOException {
        return number == sequence()
                && (!odd(number) || same(promised, directory.disk().read(journal)));
    }

    private static boolean same(Optional<byte[]> one, Optional<byte[]> other) {
        return Arrays.equals(one.orElse(new byte[0]), other.orElse(new byte[0]));
    }
}
