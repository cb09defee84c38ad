package dev.pawl.file.log;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Finds headers of frames, and zeros, in the file of a log. */
final class FrameSearch {

    private static final int PIECE = 4096;
    private static final byte[] ZEROS = new byte[PIECE];

    private final Window window;
    private final long generation;

    FrameSearch(Window window, long generation) {
        this.window = window;
        this.generation = generation;
    }

    /** The header that stands there, if a good one does. Does not move the window. */
    Optional<FrameHeader> at(long offset) throws IOException {
        if (window.holds(offset, FrameHeader.SIZE)) {
            int at = window.at(offset, FrameHeader.SIZE);
            return FrameHeader.read(window.content(), at, generation, offset);
        }
        if (window.size() - offset < FrameHeader.SIZE) {
            return Optional.empty();
        }
        byte[] header = new byte[FrameHeader.SIZE];
        return window.peek(offset, header) < FrameHeader.SIZE
                ? Optional.empty()
                : FrameHeader.read(header, 0, generation, offset);
    }

    /** Where the next good header stands, from {@code offset} on; -1 when there is none. */
    long next(long offset) throws IOException {
        long position = offset;
        while (position < window.size()) {
            int length = (int) Math.min(Window.CHUNK, window.size() - position);
            int from = window.at(position, length);
            if (from < 0) {
                continue;
            }
            byte[] content = window.content();
            for (int i = from; i < from + length; i++) {
                if (content[i] == FrameHeader.MARK_BEGIN
                        && at(position + i - from).isPresent()) {
                    return position + i - from;
                }
            }
            position += length;
        }
        return -1;
    }

    /**
     * Behind the last byte that is not zero, from {@code offset} on; {@code offset} itself when there are only zeros.
     */
    long contentEnd(long offset) throws IOException {
        long end = offset;
        long position = offset;
        while (position < window.size()) {
            int length = (int) Math.min(PIECE, window.size() - position);
            int from = window.at(position, length);
            if (from < 0) {
                continue;
            }
            byte[] content = window.content();
            if (!Arrays.equals(content, from, from + length, ZEROS, 0, length)) {
                int last = from + length - 1;
                while (content[last] == 0) {
                    last--;
                }
                end = position + last - from + 1;
            }
            position += length;
        }
        return end;
    }
}
