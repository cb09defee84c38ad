package dev.pawl.cli;

import dev.pawl.json.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Reads lines of bytes. A last line need not end. */
final class LineReader {

    /** A line that is longer belongs to no store of ours: no value is this big. */
    private static final int LONGEST = 256 << 20;

    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private long number;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The number of the line that was read last, or would have come; the first one is 1. */
    long number() {
        return number;
    }

    /**
     * The next line without its end.
     *
     * @return empty behind the last one
     * @throws Failure when the line is longer than any can be
     */
    Optional<Bytes> next() {
        number++;
        ByteArrayOutputStream line = new ByteArrayOutputStream(BUFFER / 64);
        boolean any = false;
        while (from < to || fill()) {
            any = true;
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, from, end - from);
            if (line.size() > LONGEST) {
                throw Failure.problem("standard input, line " + number + ": is longer than " + LONGEST + " bytes");
            }
            boolean ended = end < to;
            from = ended ? end + 1 : end;
            if (ended) {
                return Optional.of(Bytes.wrap(line.toByteArray()));
            }
        }
        return any ? Optional.of(Bytes.wrap(line.toByteArray())) : Optional.empty();
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
