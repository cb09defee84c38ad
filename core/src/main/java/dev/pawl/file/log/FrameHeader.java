package dev.pawl.file.log;

import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first 40 bytes of a frame, as they stood under a good checksum. The checksum also covers what is written
 * nowhere here, the generation of the log and the offset of the frame, so that no frame is taken for one of another
 * log or place.
 *
 * <pre>
 *  0  u32  mark f7 50 57 46
 *  4  u8   kind: 1 group, 2 end
 *  5  u8   flags: 0
 *  6  u16  reserved: 0
 *  8  u32  length of the head
 * 12  u32  length of the values
 * 16  u64  settled: all before this offset was forced before this frame was written
 * 24  u64  length: the file was forced while it was this long
 * 32  u32  CRC-32C of the head
 * 36  u32  CRC-32C of generation (u64), offset of this frame (u64) and the 36 bytes above
 * 40       head, then values
 * </pre>
 */
record FrameHeader(
        int kind,
        int features,
        int headLength,
        int valuesLength,
        long settled,
        long length,
        int headChecksum,
        int checksum) {

    static final int SIZE = 40;
    static final int GROUP = 1;
    static final int END = 2;

    /** The first of the four bytes that every frame begins with. */
    static final byte MARK_BEGIN = (byte) 0xF7;

    private static final int MARK = 0xF750_5746;

    /** The length of the whole frame. */
    long size() {
        return (long) SIZE + headLength + valuesLength;
    }

    /** Whether this version knows what such a frame means. */
    boolean known() {
        return features == 0 && (kind == GROUP || kind == END && valuesLength == 0);
    }

    /** Writes the header of a frame without flags into an array of its own. */
    static byte[] encode(
            int kind,
            int headLength,
            int valuesLength,
            long settled,
            long length,
            int headChecksum,
            long generation,
            long offset) {
        HeadWriter header = new HeadWriter(SIZE);
        header.u32(MARK);
        header.u8(kind);
        header.u8(0);
        header.u16(0);
        header.u32(headLength);
        header.u32(valuesLength);
        header.u64(settled);
        header.u64(length);
        header.u32(headChecksum);
        header.u32(checksum(header.array(), 0, generation, offset));
        return header.array();
    }

    /** The checksum that stands, or should stand, at the end of a header. */
    static int storedChecksum(byte[] content, int at) {
        return u32(content, at + 36);
    }

    /**
     * Reads a header.
     *
     * @param content holds {@link #SIZE} bytes from {@code at} on
     * @param offset where they stand in the file
     * @return empty when this is none, or not one of this log and place, or damaged
     */
    static Optional<FrameHeader> read(byte[] content, int at, long generation, long offset) {
        if (u32(content, at) != MARK || storedChecksum(content, at) != checksum(content, at, generation, offset)) {
            return Optional.empty();
        }
        FrameHeader header = new FrameHeader(
                content[at + 4] & 0xFF,
                u32(content, at + 4) & 0xFF_FFFF,
                u32(content, at + 8),
                u32(content, at + 12),
                u64(content, at + 16),
                u64(content, at + 24),
                u32(content, at + 32),
                storedChecksum(content, at));
        boolean possible = header.headLength >= 0
                && header.valuesLength >= 0
                && header.size() <= Integer.MAX_VALUE
                && header.settled >= 0
                && header.settled <= offset
                && header.length >= 0;
        return possible ? Optional.of(header) : Optional.empty();
    }

    private static int checksum(byte[] content, int at, long generation, long offset) {
        HeadWriter place = new HeadWriter(16);
        place.u64(generation);
        place.u64(offset);
        CRC32C checksum = new CRC32C();
        checksum.update(place.array(), 0, 16);
        checksum.update(content, at, SIZE - 4);
        return (int) checksum.getValue();
    }

    private static int u32(byte[] content, int at) {
        return content[at] << 24
                | (content[at + 1] & 0xFF) << 16
                | (content[at + 2] & 0xFF) << 8
                | content[at + 3] & 0xFF;
    }

    private static long u64(byte[] content, int at) {
        return (long) u32(content, at) << 32 | u32(content, at + 4) & 0xFFFF_FFFFL;
    }
}
