package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the live rows of a log stand up to some offset, so that a replay can begin there. The log alone is the truth: a
 * checkpoint that is damaged or of another generation is as good as none.
 *
 * <pre>
 *  0  8 bytes  89 50 57 43 0d 0a 1a 0a
 *  8  u16      version: 1
 * 10  u64      generation of the log
 * 18  u64      offset: where the replay goes on; all before it was forced
 * 26  u64      where the last frame before that begins; the offset itself when there is none
 * 34  u32      CRC-32C of the header of that frame, as it stands there; 0 when there is none
 * 38  u32      rows
 * 42           rows, each: key as in {@link Frame}, varint order, varint offset of the value, varint its length, u32 CRC-32C
 *     u32      CRC-32C of all before
 * </pre>
 */
final class Checkpoint {

    private static final byte[] MAGIC = {(byte) 0x89, 'P', 'W', 'C', '\r', '\n', 0x1A, '\n'};
    private static final int VERSION = 1;
    private static final int HEADER = 42;

    private Checkpoint() {}

    /**
     * Encodes a checkpoint.
     *
     * @param end of the log, which was forced up to there
     * @param rows puts every live row, once, into the sink that it is given
     */
    static byte[] encode(LogHeader header, LogEnd end, Consumer<Replay> rows) {
        HeadWriter head = new HeadWriter(HEADER);
        Encoder encoder = new Encoder();
        rows.accept(encoder);
        head.raw(MAGIC, MAGIC.length);
        head.u16(VERSION);
        head.u64(header.generation());
        head.u64(end.offset());
        head.u64(end.frame());
        head.u32(end.checksum());
        head.u32(encoder.count);
        HeadWriter all = new HeadWriter(head.size() + encoder.rows.size() + 4);
        all.raw(head.array(), head.size());
        all.raw(encoder.rows.array(), encoder.rows.size());
        all.u32(RowChecksum.of(all.array(), 0, all.size()));
        return all.array();
    }

    /**
     * Reads a checkpoint.
     *
     * @param header of the log as it is now
     * @param sink takes the rows; when nothing is returned, it is to forget what it got
     * @return the end from which {@link LogReader#replay} goes on, which also finds out whether the log still reaches
     *     that far; empty when the checkpoint is damaged, of another generation, or of a newer version
     */
    static Optional<LogEnd> read(byte[] content, LogHeader header, Replay sink) {
        try {
            return decode(content, header, sink);
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    private static Optional<LogEnd> decode(byte[] content, LogHeader header, Replay sink) throws MalformedException {
        int end = content.length - 4;
        if (end < HEADER || !Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Optional.empty();
        }
        int stored = new HeadCursor(new Partitions(), content, end, content.length).u32();
        HeadCursor cursor = new HeadCursor(new Partitions(), content, MAGIC.length, end);
        if (stored != RowChecksum.of(content, 0, end)
                || cursor.u16() != VERSION
                || cursor.u64() != header.generation()) {
            return Optional.empty();
        }
        long offset = cursor.u64();
        long frame = cursor.u64();
        int checksum = cursor.u32();
        if (frame < header.size() || frame > offset) {
            return Optional.empty();
        }
        for (int rows = cursor.u32(); rows != 0; rows--) {
            Key key = cursor.key();
            Place place = place(cursor);
            if (place.order() > Row.MAX_ORDER
                    || place.offset() < header.size()
                    || place.offset() > offset - place.length()) {
                return Optional.empty();
            }
            sink.put(key, place);
        }
        return cursor.remaining() > 0
                ? Optional.empty()
                : Optional.of(new LogEnd(offset, frame, checksum, offset, Math.max(offset, header.length()), false));
    }

    private static Place place(HeadCursor cursor) throws MalformedException {
        long order = cursor.varint();
        long offset = cursor.varint();
        long length = cursor.varint();
        if (length > Integer.MAX_VALUE) {
            throw new MalformedException("a number is too large");
        }
        return new Place(order, offset, (int) length, cursor.u32());
    }

    private static final class Encoder implements Replay {

        private final HeadWriter rows = new HeadWriter(64 * 1024);
        private int count;

        @Override
        public void put(Key key, Place place) {
            rows.key(key);
            rows.varint(place.order());
            rows.varint(place.offset());
            rows.varint(place.length());
            rows.u32(place.checksum());
            count++;
        }

        @Override
        public void delete(Key key) {
            throw new IllegalArgumentException("a checkpoint holds live rows only");
        }
    }
}
