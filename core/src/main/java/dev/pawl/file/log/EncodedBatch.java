package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A batch as it will stand in a frame, wherever that comes to stand: made by whoever commits, before the log is his.
 *
 * <p><b>Thread-safety.</b> Immutable, safe to hand to another thread.
 */
final class EncodedBatch {

    /** The most bytes that a batch, and a frame, may have: both are written from one array. */
    static final int MAXIMUM = 1 << 30;

    private final byte[] head;
    private final int headLength;
    private final Bytes[] values;
    private final int valuesLength;
    private final Key[] puts;
    private final Key[] deletes;
    /** Of each put in turn; the offset counts from the first value of this batch. */
    private final Place[] places;

    /** Keeps all the arrays, of which nothing may be changed any more. */
    private EncodedBatch(
            byte[] head, int headLength, Bytes[] values, int valuesLength, Key[] puts, Place[] places, Key[] deletes) {
        this.head = head;
        this.headLength = headLength;
        this.values = values;
        this.valuesLength = valuesLength;
        this.puts = puts;
        this.places = places;
        this.deletes = deletes;
    }

    /**
     * Encodes what a batch changes.
     *
     * @throws UnsupportedException when it is too large for one frame
     */
    static EncodedBatch of(List<Row> puts, List<Key> deletes) {
        long total = 0;
        for (Row row : puts) {
            total += row.value().size();
        }
        requireRoom(total);
        Bytes[] values = new Bytes[puts.size()];
        Key[] keys = new Key[puts.size()];
        Place[] places = new Place[puts.size()];
        HeadWriter head = new HeadWriter(64 + 64 * (puts.size() + deletes.size()));
        CRC32C checksum = new CRC32C();
        head.varint(puts.size());
        int at = 0;
        for (int i = 0; i < keys.length; i++) {
            Row row = puts.get(i);
            int length = row.value().size();
            values[i] = row.value();
            int start = head.size();
            head.key(row.key());
            checksum.reset();
            checksum.update(head.array(), start, head.size() - start);
            values[i].update(checksum);
            places[i] = new Place(row.order(), at, length, (int) checksum.getValue());
            keys[i] = row.key();
            put(head, places[i]);
            at += length;
        }
        return of(head, values, at, keys, places, deletes);
    }

    /** Writes what stands behind the key of a put. */
    static void put(HeadWriter head, Place place) {
        head.varint(place.order());
        head.varint(place.length());
        head.u32(place.checksum());
    }

    /** Finishes a head, in which all puts stand, with the deletes. */
    static EncodedBatch of(
            HeadWriter head, Bytes[] values, int valuesLength, Key[] puts, Place[] places, List<Key> deletes) {
        head.varint(deletes.size());
        for (Key key : deletes) {
            head.key(key);
        }
        requireRoom((long) head.size() + valuesLength);
        return new EncodedBatch(
                head.array(), head.size(), values, valuesLength, puts, places, deletes.toArray(new Key[0]));
    }

    private static void requireRoom(long bytes) {
        if (bytes > MAXIMUM) {
            throw new UnsupportedException(
                    "a batch of " + bytes + " bytes, a log takes " + MAXIMUM + " at once: split it");
        }
    }

    /** How many bytes it adds to a frame. */
    long size() {
        return (long) headLength + valuesLength;
    }

    int headLength() {
        return headLength;
    }

    int valuesLength() {
        return valuesLength;
    }

    void updateHead(CRC32C checksum) {
        checksum.update(head, 0, headLength);
    }

    void copyHead(byte[] into, int at) {
        System.arraycopy(head, 0, into, at, headLength);
    }

    void copyValues(byte[] into, int at) {
        int to = at;
        for (Bytes value : values) {
            value.copyTo(into, to);
            to += value.size();
        }
    }

    /** Hands over the changes; its first value stands at {@code offset} of the file. */
    void replay(long offset, Replay sink) {
        for (int i = 0; i < puts.length; i++) {
            Place place = places[i];
            sink.put(puts[i], new Place(place.order(), offset + place.offset(), place.length(), place.checksum()));
        }
        for (Key key : deletes) {
            sink.delete(key);
        }
    }
}
