package dev.pawl.file.log;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * One walk through the frames of a log, from a known end on.
 *
 * <p>A frame is handed over when it is proven: when a later one says that it was forced, or when its values have been
 * read and match. Where no such frame stands, the headers of frames that may stand behind decide whether that is the
 * end of the log, a write that never finished, or damage.
 */
final class Reading {

    private final Path path;
    private final Window window;
    private final FrameSearch headers;
    private final Partitions partitions = new Partitions();

    private long at;
    private long last;
    private int checksum;
    private long settled;
    private long length;

    Reading(Path path, LogHeader header, Window window, LogEnd from) {
        this.path = path;
        this.window = window;
        this.headers = new FrameSearch(window, header.generation());
        this.at = from.offset();
        this.last = from.frame();
        this.checksum = from.checksum();
        this.settled = from.settled();
        this.length = Math.max(from.length(), header.length());
    }

    Tail replay(Replay sink) throws IOException {
        requireKnownEnd();
        Optional<FrameHeader> next = window.at(at, FrameHeader.SIZE) < 0 ? Optional.empty() : headers.at(at);
        while (next.isPresent()) {
            FrameHeader frame = next.get();
            requireKnown(frame);
            proven(frame);
            Optional<byte[]> head = head(frame);
            if (head.isEmpty()) {
                break;
            }
            if (frame.kind() == FrameHeader.END) {
                return closed(frame, head.get());
            }
            long end = at + frame.size();
            next = headers.at(end);
            next.ifPresent(this::proven);
            if (end > settled && !matches(frame, head.get()) && !provenBehind(end)) {
                break;
            }
            group(frame, head.get(), sink);
            last = at;
            checksum = frame.checksum();
            at = end;
        }
        return open();
    }

    /** A log that is shorter than it was, or another below the known end, was cut or taken from a copy. */
    private void requireKnownEnd() throws IOException {
        if (window.size() < at) {
            throw corrupt(window.size(), "the file is cut short: it was " + Math.max(at, length) + " bytes long");
        }
        if (last < at) {
            Optional<FrameHeader> known = headers.at(last);
            if (known.isEmpty()
                    || known.get().checksum() != checksum
                    || last + known.get().size() != at) {
                throw corrupt(last, "what was forced here is gone: the file was damaged, or replaced by an older copy");
            }
        }
    }

    private void requireKnown(FrameHeader frame) {
        if (!frame.known()) {
            throw newer("a frame of kind " + frame.kind() + " with flags " + frame.features());
        }
    }

    private void proven(FrameHeader frame) {
        settled = Math.max(settled, frame.settled());
        length = Math.max(length, frame.length());
    }

    /** The head of the frame here, if the frame is whole and its head good. */
    private Optional<byte[]> head(FrameHeader frame) throws IOException {
        if (frame.size() > window.size() - at) {
            return Optional.empty();
        }
        int start = window.at(at, Math.addExact(FrameHeader.SIZE, frame.headLength()));
        if (start < 0) {
            return Optional.empty();
        }
        byte[] head = new byte[frame.headLength()];
        System.arraycopy(window.content(), start + FrameHeader.SIZE, head, 0, head.length);
        return RowChecksum.of(head, 0, head.length) == frame.headChecksum() ? Optional.of(head) : Optional.empty();
    }

    private void group(FrameHeader frame, byte[] head, Replay sink) {
        try {
            long values = at + FrameHeader.SIZE + frame.headLength();
            new GroupHead(partitions, head, values, frame.valuesLength()).all(sink);
        } catch (MalformedException e) {
            throw malformed(e);
        }
    }

    /** Whether all values of the frame here match their checksums. */
    private boolean matches(FrameHeader frame, byte[] head) throws IOException {
        Verification verification = new Verification(window);
        group(frame, head, verification);
        return verification.matches();
    }

    /** Whether a header that stands behind says that everything before {@code end} was forced. */
    private boolean provenBehind(long end) throws IOException {
        for (long found = headers.next(end); found >= 0 && settled < end; found = headers.next(found + 1)) {
            headers.at(found).ifPresent(this::proven);
        }
        return settled >= end;
    }

    /** Takes every header from here on as a proof, also one whose frame is torn. */
    private void provenByWhatIsLeft() throws IOException {
        for (long found = headers.next(at); found >= 0; found = headers.next(found + 1)) {
            headers.at(found).ifPresent(this::proven);
        }
    }

    private Tail closed(FrameHeader mark, byte[] head) throws IOException {
        long end = at + mark.size();
        if (headers.contentEnd(end) > end) {
            throw corrupt(end, "something stands behind the mark that ends the log");
        }
        try {
            return new Tail(end(true), at, LogReader.rows(new HeadCursor(partitions, head, 0, head.length)));
        } catch (MalformedException e) {
            throw malformed(e);
        }
    }

    private Tail open() throws IOException {
        long contentEnd = headers.contentEnd(at);
        if (contentEnd > at) {
            provenByWhatIsLeft();
        }
        if (settled > at) {
            throw corrupt(at, "no whole frame stands here, but what stood here was forced: it is damaged");
        }
        if (window.size() < length) {
            throw corrupt(window.size(), "the file is cut short: it was " + length + " bytes long");
        }
        return new Tail(end(false), contentEnd, Map.of());
    }

    private LogEnd end(boolean closed) {
        return new LogEnd(at, last, checksum, settled, length, closed);
    }

    private CorruptDataException corrupt(long offset, String problem) {
        return LogHeader.corrupt(path, offset, problem);
    }

    private RuntimeException malformed(MalformedException e) {
        return e.newer() ? newer(e.problem()) : corrupt(at, "a frame is wrong under a good checksum: " + e.problem());
    }

    private UnsupportedException newer(String what) {
        return new UnsupportedException(
                path + " at byte " + at + ": " + what + ", from a newer version of Pawl: use that version");
    }

    /** Compares values with their checksums. */
    private static final class Verification implements Replay {

        private final Window window;
        private boolean matches = true;
        private Optional<IOException> failure = Optional.empty();

        Verification(Window window) {
            this.window = window;
        }

        boolean matches() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            return matches;
        }

        @Override
        public void put(Key key, Place place) {
            if (!matches || failure.isPresent()) {
                return;
            }
            try {
                int start = window.at(place.offset(), place.length());
                matches =
                        start >= 0 && RowChecksum.of(key, window.content(), start, place.length()) == place.checksum();
            } catch (IOException e) {
                failure = Optional.of(e);
            }
        }

        @Override
        public void delete(Key key) {}
    }
}
