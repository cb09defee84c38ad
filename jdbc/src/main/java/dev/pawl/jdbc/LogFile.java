package dev.pawl.jdbc;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The write-ahead log beside a database, as far as it takes to say whether it holds anything that counts.
 *
 * <p>Source of the format: "WAL Format" of SQLite's "Database File Format". A header of 32 bytes, then frames:
 *
 * <pre>
 * header  magic, version, page size, sequence, salt 1, salt 2, checksum 1, checksum 2
 * frame   page number, size of the database after a commit or 0, salt 1, salt 2, checksum 1, checksum 2, one page
 * </pre>
 *
 * All numbers are big-endian. The checksums run on from the header over the first 8 bytes and the page of every frame, in
 * the byte order that the last bit of the magic names.
 */
final class LogFile {

    /** The bytes of the header. */
    static final int HEADER = 32;

    private static final int MAGIC = 0x377f0682;
    private static final int BIG_ENDIAN_BIT = 1;
    private static final int SUMMED_OF_HEADER = 24;
    private static final int FRAME_HEADER = 24;
    private static final int SUMMED_OF_FRAME = 8;
    private static final int MOST_PAGE_SIZE = 65_536;

    private LogFile() {}

    /**
     * Whether there is a whole transaction in a log. SQLite holds no lock on the log, so that opening and closing it takes
     * nothing away from connections of this process. Goes on when the caller is interrupted.
     */
    static boolean hasCommit(Path log) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(new FileInputStream(log.toFile()), 1 << 16))) {
            byte[] header = new byte[HEADER];
            in.readFully(header);
            ByteBuffer fields = ByteBuffer.wrap(header);
            int magic = fields.getInt(0);
            int pageSize = fields.getInt(8);
            if ((magic & ~BIG_ENDIAN_BIT) != MAGIC || pageSize <= 0 || pageSize > MOST_PAGE_SIZE || pageSize % 8 != 0) {
                return false;
            }
            Checksum sum = new Checksum((magic & BIG_ENDIAN_BIT) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            sum.add(header, 0, SUMMED_OF_HEADER);
            return sum.is(fields.getInt(24), fields.getInt(28))
                    && hasCommit(in, new byte[FRAME_HEADER + pageSize], fields.getLong(16), sum);
        } catch (EOFException e) {
            return false;
        }
    }

    private static boolean hasCommit(DataInputStream in, byte[] frame, long salts, Checksum sum) throws IOException {
        ByteBuffer fields = ByteBuffer.wrap(frame);
        while (true) {
            in.readFully(frame);
            sum.add(frame, 0, SUMMED_OF_FRAME);
            sum.add(frame, FRAME_HEADER, frame.length);
            if (fields.getLong(8) != salts || !sum.is(fields.getInt(16), fields.getInt(20))) {
                return false;
            }
            if (fields.getInt(4) != 0) {
                return true;
            }
        }
    }

    private static final class Checksum {
        private final ByteOrder order;
        private int first;
        private int second;

        Checksum(ByteOrder order) {
            this.order = order;
        }

        void add(byte[] bytes, int from, int to) {
            ByteBuffer words = ByteBuffer.wrap(bytes).order(order);
            for (int i = from; i < to; i += 8) {
                first += words.getInt(i) + second;
                second += words.getInt(i + 4) + first;
            }
        }

        boolean is(int expectedFirst, int expectedSecond) {
            return first == expectedFirst && second == expectedSecond;
        }
    }
}
