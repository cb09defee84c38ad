package dev.pawl.file.log;

import dev.pawl.backend.Family;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to a log. Belongs to whoever has the turn of its session, while this process holds its lock.
 *
 * <p>What a frame says of the past is true: {@code settled} and {@code length} were forced before it is written. A
 * log that is open is never made shorter than it has said to be.
 */
final class LogWriter {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    /** The most that is written ahead with zeros, so that forcing a frame need not make the file longer. */
    private static final int AHEAD = 256 << 10;

    static final int LEAST_AHEAD = 64 << 10;

    private final Disk.OpenFile file;
    private final Path path;
    private final long generation;
    private long size;

    /** Where the next frame stands, and what has been forced. */
    private LogEnd end;

    /** What was reached last without being forced, for who forces beside. */
    private volatile Proven written;

    /** What was forced beside. */
    private volatile Proven forced;

    /** Held while something is forced, so that nobody takes a later success for his own. */
    private final ReentrantLock forcing = new ReentrantLock();

    private volatile @Nullable IOException failure;
    private volatile boolean closed;

    /**
     * What has been forced.
     *
     * @param settled everything before it
     * @param length the file while it was this long
     */
    private record Proven(long settled, long length) {}

    /** A write that failed and left nothing behind. */
    static final class NotWrittenException extends IOException {
        private static final long serialVersionUID = 1L;

        NotWrittenException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private LogWriter(Disk.OpenFile file, OpenLog log) throws IOException {
        this.file = file;
        this.path = log.path();
        this.generation = log.header().generation();
        this.size = file.size();
        this.end = log.end();
        this.written = new Proven(0, 0);
        this.forced = written;
    }

    /**
     * Makes a log ready to be appended to: takes its end mark away, mends its end, and forces again what nothing
     * proves to be forced. The caller holds the session's lock and has read the log to its end since.
     */
    static LogWriter open(LogDirectory directory, OpenLog log) throws IOException {
        Disk.OpenFile file = directory
                .disk()
                .open(log.path(), true)
                .orElseThrow(() -> new IOException(log.path() + " has been removed while it was in use"));
        boolean done = false;
        try {
            LogWriter writer = new LogWriter(file, log);
            writer.makeReady(directory, log);
            log.mended(writer.end());
            done = true;
            return writer;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    private void makeReady(LogDirectory directory, OpenLog log) throws IOException {
        if (log.end().closed()) {
            reopen();
            prove(end.offset(), size);
        } else {
            if (log.tornEnd() > end.offset()) {
                Leftovers.keep(directory, log.header().session(), file, end.offset(), log.tornEnd());
                zero(end.offset(), log.tornEnd());
            }
            if (log.tornEnd() > end.offset() || end.settled() < end.offset()) {
                // After a force that failed, this process or another may see what the medium does not have.
                rewrite(end.settled(), end.offset());
                zero(end.offset(), size);
                force("what nobody has proven to be forced");
                // Whoever made the log may have ended before its name was.
                directory.force("the name of a log");
                prove(end.offset(), size);
            } else if (end.frame() == end.offset()) {
                // No frame proves that whoever made the log has lived on.
                directory.force("the name of a log");
            }
        }
    }

    /** Takes the end mark away, only after the file is as long as it has said to be. */
    private void reopen() throws IOException {
        long marked = size;
        long room = Math.max(end.length(), end.offset() + room(end.offset()));
        // What somebody could not force looks as if it were there: the mark, and room behind it, are written once more.
        rewrite(end.offset(), marked);
        zero(marked, room);
        force("room behind the end mark");
        size = Math.max(marked, room);
        zero(end.offset(), marked);
        force("an end mark that is taken away");
    }

    /** How many zeros are written ahead of a log that is this long. */
    private static long room(long end) {
        return Math.max(LEAST_AHEAD, Math.min(AHEAD, end));
    }

    /** Writes zeros ahead of a log that ends here. */
    static void makeRoom(Disk.OpenFile file, long end) throws IOException {
        zero(file, end, end + room(end));
    }

    private void zero(long from, long to) throws IOException {
        zero(file, from, to);
    }

    private static void zero(Disk.OpenFile file, long from, long to) throws IOException {
        byte[] zeros = new byte[(int) Math.min(AHEAD, Math.max(0, to - from))];
        for (long at = from; at < to; at += zeros.length) {
            file.write(at, zeros, 0, (int) Math.min(zeros.length, to - at));
        }
    }

    private void rewrite(long from, long to) throws IOException {
        byte[] content = new byte[(int) Math.min(AHEAD, Math.max(0, to - from))];
        for (long at = from; at < to; ) {
            int read = file.read(at, content, 0, (int) Math.min(content.length, to - at));
            if (read == 0) {
                throw new IOException(path + " became shorter while it was read");
            }
            file.write(at, content, 0, read);
            at += read;
        }
    }

    /** How far the log is written, and what of it is forced. */
    LogEnd end() {
        learnForced();
        return end;
    }

    private void prove(long settled, long length) {
        end = end.proven(settled, length);
    }

    /**
     * Appends a group of batches.
     *
     * @param synced whether it shall survive a loss of power when this returns
     * @throws NotWrittenException when nothing was written, and the log may be used on
     * @throws IOException when nobody knows what was written, and this must not be used again
     */
    Frame append(List<EncodedBatch> batches, boolean synced) throws IOException {
        learnForced();
        Frame frame = group(batches);
        if (synced && reach(frame) > end.length()) {
            makeRoom(reach(frame));
            frame = group(batches);
        }
        long frameEnd = end.offset() + frame.size();
        // The next frame may rely on room that is forced with this one. Who does not force gains nothing from zeros.
        if (synced && size - frameEnd < room(frameEnd) / 4) {
            makeRoomIfPossible(frameEnd + room(frameEnd));
        }
        write(frame);
        end = end.after(frame);
        if (synced) {
            force("a group of commits");
            prove(frameEnd, size);
        } else {
            written = new Proven(frameEnd, size);
        }
        return frame;
    }

    private Frame group(List<EncodedBatch> batches) {
        return Frame.group(batches, generation, end.offset(), end.settled(), end.length());
    }

    /**
     * How long the file has to be before a frame is written, and forced so: then a file that was cut anywhere in or
     * behind it is shorter than something in front of the cut says.
     */
    private long reach(Frame frame) {
        return end.offset() + frame.size() + FrameHeader.SIZE;
    }

    private void makeRoom(long reach) throws IOException {
        long before = size;
        try {
            zero(before, reach + room(reach));
        } catch (IOException e) {
            undo(before, before, e);
            throw new NotWrittenException(e);
        }
        force("room for what does not fit");
        size = reach + room(reach);
        prove(end.offset(), size);
    }

    /** On a full disk there is none, but a frame that has its place already can be written. */
    private void makeRoomIfPossible(long to) throws IOException {
        long before = size;
        try {
            zero(before, to);
            size = to;
        } catch (IOException e) {
            undo(before, before, e);
        }
    }

    /**
     * A frame that is not written whole is taken away again; until then nobody takes it for one, since it is not
     * whole.
     */
    private void write(Frame frame) throws IOException {
        long before = size;
        long frameEnd = end.offset() + frame.size();
        try {
            file.write(end.offset(), frame.bytes(), 0, frame.size());
            size = Math.max(size, frameEnd);
        } catch (IOException e) {
            undo(before, Math.min(before, frameEnd), e);
            throw new NotWrittenException(e);
        }
    }

    /** After this the file is as it was, durably: what was refused must not be there after a loss of power. */
    private void undo(long before, long to, IOException cause) throws IOException {
        try {
            if (file.size() > before) {
                file.setLength(before);
            }
            zero(end.offset(), to);
            force("the removal of what was not written wholly");
        } catch (IOException e) {
            e.addSuppressed(cause);
            throw e;
        }
    }

    /** After a failure nothing is acknowledged any more: a later force that succeeds proves nothing. */
    private void force(String purpose) throws IOException {
        forcing.lock();
        try {
            IOException before = failure;
            if (before != null) {
                throw new IOException(before.getMessage(), before);
            }
            file.force(purpose);
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            forcing.unlock();
        }
    }

    /**
     * Forces everything that was appended until now without being forced. Anybody may do that, beside whoever
     * appends; if it fails, nothing more is appended.
     */
    void force() {
        Proven reached = written;
        if (reached.settled() > forced.settled() && failure == null) {
            try {
                force("what was written without being forced");
                forced = reached;
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("{}", e.getMessage()); // Whoever writes next is told.
                }
            }
        }
    }

    /** Forces what was not forced yet. */
    void settle() throws IOException {
        if (end().settled() < end.offset()) {
            force("what is in front of an end mark");
            prove(end.offset(), size);
        }
    }

    /**
     * Whether a force has failed since this was opened: then nobody knows what is durable, and it is not used again.
     */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    private void learnForced() {
        Proven more = forced;
        if (more.settled() > end.settled()) {
            prove(more.settled(), more.length());
        }
    }

    /**
     * Ends the log with a mark behind which nothing may stand, and makes the file as short as it can be.
     *
     * @param rows how many rows of each family it holds
     * @param beforeMark what is done when all of the log is forced
     */
    void end(Map<Family, Integer> rows, BeforeMark beforeMark) throws IOException {
        settle();
        beforeMark.run();
        Frame mark = endMark(rows);
        if (reach(mark) > end.length()) {
            makeRoom(reach(mark));
            mark = endMark(rows);
        }
        file.write(end.offset(), mark.bytes(), 0, mark.size());
        clear(end.offset() + mark.size());
        force("an end mark");
        file.setLength(end.offset() + mark.size());
    }

    /** Behind an end mark nothing may stand, also if the file does not get shorter. */
    private void clear(long from) throws IOException {
        byte[] part = new byte[(int) Math.min(AHEAD, Math.max(0, size - from))];
        for (long at = from; at < size; at += part.length) {
            int read = file.read(at, part, 0, (int) Math.min(part.length, size - at));
            for (int i = 0; i < read; i++) {
                if (part[i] != 0) {
                    zero(from, size);
                    return;
                }
            }
        }
    }

    private Frame endMark(Map<Family, Integer> rows) {
        return Frame.end(rows, generation, end.offset(), end.settled(), end.length());
    }

    /** What is done when all of a log is forced, before it is closed. */
    interface BeforeMark {
        void run() throws IOException;
    }

    void close() {
        closed = true;
        file.close();
    }
}
