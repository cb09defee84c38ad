package dev.pawl.file.log;

import dev.pawl.backend.Family;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A frame, ready to be written with one write: a group of batches, or the mark that ends a log which was closed.
 *
 * <pre>
 * frame    header of 40 bytes ({@link FrameHeader}), head, values
 * head     of a group: varint batches, each of them
 *              varint puts, each: key, varint order, varint length of the value, u32 CRC-32C of key and value
 *              varint deletes, each: key
 *          of an end mark: varint families, each: u8 family, varint rows
 * key      u8 family, varint length and UTF-8 of the partition, varint length and UTF-8 of the id
 * values   of all puts, in their order, nothing between them
 * </pre>
 *
 * <p>Numbers are big-endian; a varint has seven bits a byte, the lowest first, and is never longer than it has to be.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
final class Frame {

    private final List<EncodedBatch> batches;
    private final byte[] prefix;
    private final byte[] header;
    private final int headLength;
    private final int size;
    private final long offset;
    private final long settled;
    private final long length;
    private final boolean end;

    private Frame(
            int kind,
            byte[] prefix,
            List<EncodedBatch> batches,
            long generation,
            long offset,
            long settled,
            long length) {
        this.prefix = prefix;
        this.batches = batches;
        this.offset = offset;
        this.settled = settled;
        this.length = length;
        this.end = kind == FrameHeader.END;
        CRC32C checksum = new CRC32C();
        checksum.update(prefix, 0, prefix.length);
        long heads = prefix.length;
        long values = 0;
        for (EncodedBatch batch : batches) {
            heads += batch.headLength();
            values += batch.valuesLength();
            batch.updateHead(checksum);
        }
        this.size = Math.toIntExact(FrameHeader.SIZE + heads + values);
        this.headLength = (int) heads;
        this.header = FrameHeader.encode(
                kind, (int) heads, (int) values, settled, length, (int) checksum.getValue(), generation, offset);
    }

    /**
     * A group of commits, which take effect in this order, all or none.
     *
     * @param generation of the log
     * @param offset where the frame will stand
     * @param settled all before this offset was forced, and is at most {@code offset}
     * @param length the file was forced while it was this long
     * @throws ArithmeticException when the frame would not fit into an array; a batch alone always does
     */
    static Frame group(List<EncodedBatch> batches, long generation, long offset, long settled, long length) {
        HeadWriter prefix = new HeadWriter(9);
        prefix.varint(batches.size());
        return new Frame(FrameHeader.GROUP, prefix.bytes(), List.copyOf(batches), generation, offset, settled, length);
    }

    /**
     * The mark at the end of a log that is closed. As {@link #group}, and
     *
     * @param rows how many live rows of each family the log holds; none may be left out or be zero
     */
    static Frame end(Map<Family, Integer> rows, long generation, long offset, long settled, long length) {
        Map<Family, Integer> present = new EnumMap<>(Family.class);
        present.putAll(rows);
        present.values().removeIf(count -> count == 0);
        HeadWriter head = new HeadWriter(64);
        head.varint(present.size());
        present.forEach((family, count) -> {
            head.u8(FamilyNumbers.of(family));
            head.varint(count);
        });
        return new Frame(FrameHeader.END, head.bytes(), List.of(), generation, offset, settled, length);
    }

    /** The frame. */
    byte[] bytes() {
        return bytes(size);
    }

    /**
     * The frame, with zeros behind it.
     *
     * @param total of frame and zeros, at least {@link #size}
     */
    byte[] bytes(int total) {
        byte[] bytes = new byte[total];
        System.arraycopy(header, 0, bytes, 0, FrameHeader.SIZE);
        System.arraycopy(prefix, 0, bytes, FrameHeader.SIZE, prefix.length);
        int head = FrameHeader.SIZE + prefix.length;
        int values = FrameHeader.SIZE + headLength;
        for (EncodedBatch batch : batches) {
            batch.copyHead(bytes, head);
            batch.copyValues(bytes, values);
            head += batch.headLength();
            values += batch.valuesLength();
        }
        return bytes;
    }

    /** How many bytes it has. */
    int size() {
        return size;
    }

    /** Where it stands in the file. */
    long offset() {
        return offset;
    }

    /** All before this offset was forced before. */
    long settled() {
        return settled;
    }

    /** The file was forced while it was this long. */
    long length() {
        return length;
    }

    /** Whether it is an end mark. */
    boolean isEnd() {
        return end;
    }

    /** The checksum of its header. */
    int checksum() {
        return FrameHeader.storedChecksum(header, 0);
    }

    /** Hands over what it changes, with the places in the file. */
    void replay(Replay sink) {
        long values = offset + FrameHeader.SIZE + headLength;
        for (EncodedBatch batch : batches) {
            batch.replay(values, sink);
            values += batch.valuesLength();
        }
    }
}
