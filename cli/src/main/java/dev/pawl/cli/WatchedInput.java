package dev.pawl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Input that is read on a thread of its own, so that whoever waits for it notices when the process is told to end: a read
 * of standard input cannot be interrupted.
 *
 * <p><b>Thread-safety.</b> None: one thread reads.
 */
final class WatchedInput extends InputStream {

    private static final int PIECE = 1 << 16;
    private static final int PIECES = 4;

    /** So often it is looked whether the process is told to end. */
    private static final long LOOK_MILLIS = 100;

    private final InputStream in;
    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES);
    private final Thread reader;
    private byte[] current = {};
    private int at;
    private boolean ended;

    /** Some bytes; none at the end. */
    private interface Piece {
        byte[] bytes() throws IOException;
    }

    WatchedInput(InputStream in) {
        this.in = in;
        this.reader = new Thread(this::readAll, "pawl-input");
        reader.setDaemon(true);
        reader.start();
    }

    private void readAll() {
        try {
            int count;
            do {
                byte[] buffer = new byte[PIECE];
                count = in.read(buffer);
                byte[] bytes = Arrays.copyOf(buffer, Math.max(0, count));
                pieces.put(() -> bytes);
            } while (count > 0);
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new IOException(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(IOException failure) {
        try {
            pieces.put(() -> {
                throw failure;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? current[at++] & 0xff : -1;
    }

    /**
     * Reads what is there, waiting for the first byte of it.
     *
     * @throws Failure when the process is told to end
     */
    @Override
    public int read(byte[] target, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(most, current.length - at);
        System.arraycopy(current, at, target, from, count);
        at += count;
        return count;
    }

    private boolean fill() throws IOException {
        if (at == current.length && !ended) {
            current = next().bytes();
            at = 0;
            ended = current.length == 0;
        }
        return !ended;
    }

    private Piece next() {
        try {
            Piece piece = null;
            while (piece == null) {
                Resources.requireNotEnding();
                piece = pieces.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.problem("INTERRUPTED while waiting for input");
        }
    }

    @Override
    public int available() {
        return current.length - at;
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}
