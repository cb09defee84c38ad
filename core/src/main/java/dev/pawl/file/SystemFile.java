package dev.pawl.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open file of this machine. It is no channel, which an interrupt of a thread inside it would close for everybody.
 *
 * <p>The place in the file belongs to the handle, so going there and reading or writing are one turn. A force takes no
 * such turn: reads go on beside it. Closing takes both: a descriptor that is closed under a running call may by then be
 * another file's.
 */
final class SystemFile implements Disk.OpenFile {

    private final Path path;
    private final RandomAccessFile file;
    private final ReentrantLock turn = new ReentrantLock();
    private final ReentrantLock forcing = new ReentrantLock();

    /** No place in a file. */
    private static final long UNKNOWN = Long.MIN_VALUE;

    /** The place in the file, so that who appends need not go there each time. */
    private long place = UNKNOWN;

    SystemFile(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    @Override
    public long size() throws IOException {
        return alone(turn, file::length);
    }

    @Override
    public int read(long offset, byte[] into, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, into.length);
        return alone(turn, () -> {
            go(offset);
            int done = 0;
            while (done < length) {
                int count = file.read(into, at + done, length - done);
                if (count < 0) {
                    break;
                }
                done += count;
            }
            place = offset + done;
            return done;
        });
    }

    @Override
    public void write(long offset, byte[] from, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, from.length);
        alone(turn, () -> {
            go(offset);
            file.write(from, at, length);
            place = offset + length;
            return true;
        });
    }

    private void go(long offset) throws IOException {
        boolean there = place == offset;
        place = UNKNOWN; // Until what is done there has succeeded.
        if (!there) {
            file.seek(offset);
        }
    }

    @Override
    public void setLength(long length) throws IOException {
        alone(turn, () -> {
            place = UNKNOWN; // It moves with an end that comes before it.
            file.setLength(length);
            return true;
        });
    }

    @Override
    public void force(String purpose) throws IOException {
        alone(forcing, () -> {
            file.getFD().sync();
            return true;
        });
    }

    @Override
    public void close() {
        turn.lock();
        forcing.lock();
        try {
            file.close();
        } catch (IOException e) {
            // Nothing was promised of what was not forced, and the descriptor is gone either way.
        } finally {
            forcing.unlock();
            turn.unlock();
        }
    }

    private <T> T alone(ReentrantLock lock, Work<T> work) throws IOException {
        lock.lock();
        try {
            return work.run();
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }
}
