package dev.pawl.file.log;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.file.Disk;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads a log and judges its damage.
 *
 * <p>Whether somebody is writing at this moment is not known here: who does not hold the lock looks twice before it
 * believes in damage.
 *
 * <p><b>Thread-safety.</b> Any number of threads, as far as the file has it. Changes nothing.
 */
final class LogReader {

    /** Every end mark is shorter, of this version and of those that add families. */
    private static final int LONGEST_END = 1024;

    /** The most bytes that are read in one go for several values, and that are read for nothing between two of them. */
    private static final int TOGETHER = 128 << 10;

    private static final int GAP = 4 << 10;

    private final Disk.OpenFile file;
    private final Path path;
    private final LogHeader header;

    /** @param path of the file, for messages */
    LogReader(Disk.OpenFile file, Path path, LogHeader header) {
        this.file = file;
        this.path = path;
        this.header = header;
    }

    /**
     * Reads on from a known end, which may be closed.
     *
     * @param from an end of this log that was known before
     * @param sink takes the changes of frames that are good
     * @return the end of the log as it is now
     * @throws CorruptDataException when something that was forced is damaged or gone; names file and offset
     * @throws UnsupportedException when a newer version wrote a part of it
     */
    Tail replay(LogEnd from, Replay sink) throws IOException {
        return new Reading(path, header, new Window(file), from).replay(sink);
    }

    /** Whether the last frame before an end still has the header that it had; costs one small read. */
    boolean holds(LogEnd end) throws IOException {
        if (end.frame() == end.offset()) {
            return true;
        }
        byte[] bytes = new byte[FrameHeader.SIZE];
        return file.read(end.frame(), bytes, 0, bytes.length) == bytes.length
                && FrameHeader.read(bytes, 0, header.generation(), end.frame())
                        .filter(frame -> frame.checksum() == end.checksum())
                        .isPresent();
    }

    /**
     * Whether the log goes on behind a known end, is not closed there any more, or was cut before it. One short read;
     * what stands there without being a whole header counts as nothing.
     */
    boolean changed(LogEnd end) throws IOException {
        byte[] bytes = new byte[FrameHeader.SIZE];
        int length = file.read(end.offset(), bytes, 0, bytes.length);
        Optional<FrameHeader> found = length < bytes.length
                ? Optional.empty()
                : FrameHeader.read(bytes, 0, header.generation(), end.offset());
        if (end.closed()) {
            return found.isEmpty() || found.get().kind() != FrameHeader.END;
        }
        return found.isPresent() || length == 0 && file.size() < end.offset();
    }

    /**
     * How many rows of each family a log holds that is closed and ends with its end mark, as far as that tells; empty
     * when only a replay can. Families without rows are left out.
     */
    Optional<Map<Family, Integer>> rows() throws IOException {
        long size = file.size();
        byte[] bytes = new byte[(int) Math.min(LONGEST_END, size - header.size())];
        long start = size - bytes.length;
        if (file.read(start, bytes, 0, bytes.length) < bytes.length) {
            return Optional.empty();
        }
        for (int i = bytes.length - FrameHeader.SIZE; i >= 0; i--) {
            if (bytes[i] != FrameHeader.MARK_BEGIN) {
                continue;
            }
            Optional<FrameHeader> mark = FrameHeader.read(bytes, i, header.generation(), start + i);
            if (mark.isPresent()) {
                int head = i + FrameHeader.SIZE;
                boolean whole = mark.get().known()
                        && mark.get().kind() == FrameHeader.END
                        && start + i + mark.get().size() == size
                        && RowChecksum.of(bytes, head, bytes.length - head)
                                == mark.get().headChecksum();
                return whole ? rows(bytes, head) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Map<Family, Integer>> rows(byte[] content, int at) {
        try {
            return Optional.of(rows(new HeadCursor(new Partitions(), content, at, content.length)));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** Reads the head of an end mark. */
    static Map<Family, Integer> rows(HeadCursor head) throws MalformedException {
        Map<Family, Integer> rows = new EnumMap<>(Family.class);
        for (int families = head.count(2); families > 0; families--) {
            Family family = head.family();
            long count = head.varint();
            if (count < 1 || count > Integer.MAX_VALUE || rows.put(family, (int) count) != null) {
                throw new MalformedException("a number of rows is impossible");
            }
        }
        if (head.remaining() > 0) {
            throw new MalformedException("it holds more than it says");
        }
        return rows;
    }

    /**
     * Reads and verifies a value.
     *
     * @throws CorruptDataException when it is not what was written; names the row, the file and the offset
     */
    byte[] value(Key key, Place place) throws IOException {
        byte[] value = new byte[place.length()];
        int read = file.read(place.offset(), value, 0, value.length);
        if (read < value.length || RowChecksum.of(key, value, 0, value.length) != place.checksum()) {
            throw damaged(key, place);
        }
        return value;
    }

    /**
     * Reads and verifies the values of rows, those that stand close together in one go.
     *
     * @return the rows, in the given order
     * @throws CorruptDataException as {@link #value}
     */
    List<Row> rows(List<Index.Found> rows) throws IOException {
        List<Integer> byOffset = IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingLong(i -> rows.get(i).place().offset()))
                .toList();
        Row[] read = new Row[rows.size()];
        byte[] together = {};
        for (int first = 0; first < read.length; ) {
            long from = rows.get(byOffset.get(first)).place().offset();
            int next = first + 1;
            long to = end(rows.get(byOffset.get(first)).place());
            while (next < read.length && belongs(rows.get(byOffset.get(next)).place(), from, to)) {
                to = Math.max(to, end(rows.get(byOffset.get(next)).place()));
                next++;
            }
            if (next == first + 1) {
                Index.Found row = rows.get(byOffset.get(first));
                read[byOffset.get(first)] = row(row, value(row.key(), row.place()));
            } else {
                together = together.length == 0 ? new byte[TOGETHER] : together;
                int length = file.read(from, together, 0, (int) (to - from));
                for (int i = first; i < next; i++) {
                    Index.Found row = rows.get(byOffset.get(i));
                    read[byOffset.get(i)] = row(row, part(row, together, from, length));
                }
            }
            first = next;
        }
        return List.of(read);
    }

    private static long end(Place place) {
        return place.offset() + place.length();
    }

    private static boolean belongs(Place place, long from, long to) {
        return place.offset() - to <= GAP && end(place) - from <= TOGETHER;
    }

    private byte[] part(Index.Found row, byte[] content, long from, int length) {
        int at = (int) (row.place().offset() - from);
        if (end(row.place()) - from > length
                || RowChecksum.of(row.key(), content, at, row.place().length())
                        != row.place().checksum()) {
            throw damaged(row.key(), row.place());
        }
        return Arrays.copyOfRange(content, at, at + row.place().length());
    }

    private static Row row(Index.Found found, byte[] value) {
        return Row.of(found.key(), found.place().order(), Bytes.wrap(value));
    }

    /** What to throw for a value that does not match the checksum of its place. */
    CorruptDataException damaged(Key key, Place place) {
        return new CorruptDataException(
                key,
                path + " at byte " + place.offset(),
                "the value of " + (key.partition() + " " + key.id()).strip() + ", " + place.length()
                        + " bytes, does not match its checksum");
    }
}
