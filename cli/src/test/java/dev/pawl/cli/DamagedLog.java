package dev.pawl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Damages the log of a session as a disk or another program could. Frames and their mark: {@code docs/format/native.md}. */
record DamagedLog(Path file) {

    private static final int MARK = 0xf7505746;

    /** The log of the session {@code default} of a store. */
    static DamagedLog of(Path store) {
        return new DamagedLog(store.resolve("default.log"));
    }

    /** Flips a bit of the first place where this text stands. Returns the offset. */
    int flipIn(String text) {
        String all = new String(read(), StandardCharsets.ISO_8859_1);
        int offset = all.indexOf(text);
        if (offset < 0 || all.indexOf(text, offset + 1) >= 0) {
            throw new IllegalArgumentException("not there exactly once: " + text);
        }
        flip(offset + text.length() / 2);
        return offset;
    }

    /** Flips a bit in the header of the frame that this text stands in. Returns where the frame begins. */
    int breakFrameOf(String text) {
        int offset = new String(read(), StandardCharsets.ISO_8859_1).indexOf(text);
        int frame = frames().stream()
                .filter(begin -> begin < offset)
                .mapToInt(begin -> begin)
                .max()
                .orElseThrow();
        flip(frame + 8);
        return frame;
    }

    /** Where frames begin, as their mark tells. */
    List<Integer> frames() {
        ByteBuffer bytes = ByteBuffer.wrap(read());
        List<Integer> frames = new ArrayList<>();
        for (int i = 0; i + Integer.BYTES <= bytes.limit(); i++) {
            if (bytes.getInt(i) == MARK) {
                frames.add(i);
            }
        }
        return frames;
    }

    void flip(int offset) {
        byte[] bytes = read();
        bytes[offset] ^= 1;
        write(bytes);
    }

    void cutTo(int length) {
        write(Arrays.copyOf(read(), length));
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
