package dev.pawl.baileys;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes frames to the child, in the order in which they come, and has nobody wait for the child.
 *
 * <p>Whoever brings a frame writes it himself when there is room for it in the pipe: to wake another thread for it costs more
 * than the frame does. That there is room is known from how much the child says it has read. Else a thread of its own
 * writes it, see {@link #run}.
 */
final class FrameWriter {

    private static final Logger LOG = LoggerFactory.getLogger(FrameWriter.class);

    /** What any pipe takes from somebody who must not wait, wherever this runs. */
    private static final int ROOM = 4096;

    private final OutputStream out;
    private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
    private final Semaphore work = new Semaphore(0);

    /** Whoever has it writes; nobody waits for it but the thread of this. */
    private final ReentrantLock pipe = new ReentrantLock();

    /** How many bytes were written. Of whoever has the pipe. */
    private long written;

    /** Whether nothing is written any more: this was ended, or the child takes nothing. */
    private volatile boolean closed;

    /** How many of them the child has read, as far as it has said so. */
    private volatile long read;

    private volatile boolean ending;

    FrameWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes it now or soon, after all that came before. What comes after the end is dropped. */
    void write(byte[] frame) {
        if (closed) {
            return;
        }
        if (pipe.tryLock()) {
            try {
                if (waiting.isEmpty() && written + frame.length - read <= ROOM) {
                    put(frame);
                    out.flush();
                    return;
                }
            } catch (IOException e) {
                broke(e);
                return;
            } finally {
                pipe.unlock();
            }
        }
        waiting.add(frame);
        work.release();
    }

    /** The child has read so many bytes since it started. */
    void read(long bytes) {
        read = bytes;
    }

    /** How many frames are not written yet. */
    int waiting() {
        return waiting.size();
    }

    /** Closes the pipe when what waits has been written. */
    void end() {
        ending = true;
        work.release();
    }

    /** Writes what nobody else could, until the end. */
    void run() {
        boolean over = false;
        while (!over) {
            work.acquireUninterruptibly();
            work.drainPermits();
            over = ending;
            pipe.lock();
            try {
                for (byte[] frame = waiting.poll(); frame != null; frame = waiting.poll()) {
                    put(frame);
                }
                out.flush();
                if (over) {
                    closed = true;
                    out.close();
                }
            } catch (IOException e) {
                broke(e);
            } finally {
                pipe.unlock();
            }
        }
    }

    private void put(byte[] frame) throws IOException {
        if (!closed) {
            out.write(frame);
            written += frame.length;
        }
    }

    /** Its death is seen by whoever reads from it. */
    private void broke(IOException failure) {
        closed = true;
        waiting.clear();
        LOG.debug("Node takes nothing more: {}", failure.getMessage());
    }
}
