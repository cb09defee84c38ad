package dev.pawl.cli;

import dev.pawl.json.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/** Reads lines of bytes. A last line need not end, and a mark of the order of bytes before the first is no part of it. */
final class LineReader {

    /** A line that is longer belongs to no store of ours: no value is this big. */
    private static final int LONGEST = 256 << 20;

    private static final int BUFFER = 1 << 16;

    /** What some programs begin text in UTF-8 with. */
    private static final Bytes MARK = Bytes.utf8("\ufeff");

    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private long number;

    /** Whether what comes next is the rest of a line that was too long. */
    private boolean inTooLong;

    /** A line is longer than any can be; the next one is that behind it. */
    static final class TooLong extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private TooLong(int longest) {
            super("is longer than " + longest + " bytes");
        }
    }

    LineReader(InputStream in) {
        this(in, LONGEST);
    }

    LineReader(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** The number of the line that was read last, or would have come; the first one is 1. */
    long number() {
        return number;
    }

    /**
     * The next line without its end.
     *
     * @return empty behind the last one
     * @throws TooLong when the line is longer than any can be
     */
    Optional<Bytes> next() {
        number++;
        while (inTooLong && (from < to || fill())) {
            int end = lineEnd();
            inTooLong = end == to;
            from = Math.min(end + 1, to);
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(BUFFER / 64);
        boolean any = false;
        while (from < to || fill()) {
            any = true;
            int end = lineEnd();
            if (line.size() + end - from > longest) {
                inTooLong = true;
                throw new TooLong(longest);
            }
            line.write(buffer, from, end - from);
            boolean ended = end < to;
            from = ended ? end + 1 : end;
            if (ended) {
                return Optional.of(content(line));
            }
        }
        return any ? Optional.of(content(line)) : Optional.empty();
    }

    /** Where the line ends that is in the buffer, or the buffer does. */
    private int lineEnd() {
        int end = from;
        while (end < to && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    private Bytes content(ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        int marked = MARK.size();
        boolean marks = number == 1
                && bytes.length >= marked
                && Bytes.copyOf(Arrays.copyOf(bytes, marked)).equals(MARK);
        return Bytes.wrap(marks ? Arrays.copyOfRange(bytes, marked, bytes.length) : bytes);
    }

    /** Whether something of a next line is here already. */
    boolean hasMore() {
        try {
            return from < to || in.available() > 0;
        } catch (IOException e) {
            return true;
        }
    }

    private boolean fill() {
        try {
            from = 0;
            to = Math.max(0, in.read(buffer));
            return to > 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read standard input", e);
        }
    }
}
