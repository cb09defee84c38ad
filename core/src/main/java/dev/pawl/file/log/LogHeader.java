package dev.pawl.file.log;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a log begins with. Later versions keep this layout up to its end, so that they can be told from damage.
 *
 * <pre>
 *  0  8 bytes  89 50 57 4c 0d 0a 1a 0a
 *  8  u16      version: 1
 * 10  u16      flags: 0
 * 12  u64      generation: random, another one with every compaction
 * 20  u64      length: the file was forced while it was this long
 * 28  u16      length of the name
 * 30           the name of the session, in ASCII
 *     u32      CRC-32C of all before
 * </pre>
 *
 * @param session whose log it is
 * @param generation told apart from every other log that ever had this name
 * @param length the file was forced while it was this long
 */
record LogHeader(SessionName session, long generation, long length) {

    static final int VERSION = 1;

    /** Where the generation stands. */
    static final int GENERATION_AT = 12;

    private static final byte[] MAGIC = {(byte) 0x89, 'P', 'W', 'L', '\r', '\n', 0x1A, '\n'};
    private static final int NAME_AT = 30;

    /** Of a header whose session has the longest name. */
    private static final int LONGEST = NAME_AT + 128 + 4;

    /** How many bytes it has: the first frame begins behind it. */
    int size() {
        return NAME_AT + session.name().length() + 4;
    }

    /** The bytes of the header. */
    byte[] encode() {
        HeadWriter header = new HeadWriter(LONGEST);
        header.raw(MAGIC, MAGIC.length);
        header.u16(VERSION);
        header.u16(0);
        header.u64(generation);
        header.u64(length);
        byte[] name = session.name().getBytes(StandardCharsets.US_ASCII);
        header.u16(name.length);
        header.raw(name, name.length);
        header.u32(RowChecksum.of(header.array(), 0, header.size()));
        return header.bytes();
    }

    /**
     * Reads the header of a log.
     *
     * @param path of the file, for messages
     * @param session whose log it has to be
     * @throws CorruptDataException when the file is no log, or another session's, or when its header is damaged or cut
     * @throws UnsupportedException when a newer version wrote it
     */
    static LogHeader read(Disk.OpenFile file, Path path, SessionName session) throws IOException {
        byte[] content = new byte[LONGEST];
        int size = file.read(0, content, 0, LONGEST);
        if (size < MAGIC.length && Arrays.equals(content, 0, size, MAGIC, 0, size)) {
            throw cut(path, size);
        }
        if (!Arrays.equals(content, 0, Math.min(size, MAGIC.length), MAGIC, 0, MAGIC.length)) {
            throw corrupt(path, 0, "this is not a log of Pawl, or its first bytes are damaged");
        }
        try {
            return read(content, size, path, session);
        } catch (MalformedException early) {
            throw cut(path, size);
        }
    }

    /** Whether the file begins with a header that matches its checksum, of whichever session and version. */
    static boolean isSound(Disk.OpenFile file) throws IOException {
        byte[] content = new byte[LONGEST];
        int size = file.read(0, content, 0, LONGEST);
        if (size < NAME_AT || !Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return false;
        }
        try {
            int end = NAME_AT + new HeadCursor(new Partitions(), content, NAME_AT - 2, size).u16();
            return end + 4 <= size
                    && new HeadCursor(new Partitions(), content, end, size).u32() == RowChecksum.of(content, 0, end);
        } catch (MalformedException cut) {
            return false;
        }
    }

    private static LogHeader read(byte[] content, int size, Path path, SessionName session) throws MalformedException {
        HeadCursor cursor = new HeadCursor(new Partitions(), content, MAGIC.length, size);
        int version = cursor.u16();
        int flags = cursor.u16();
        long generation = cursor.u64();
        long length = cursor.u64();
        int nameLength = cursor.u16();
        int end = NAME_AT + nameLength;
        if (end + 4 > size) {
            throw end + 4 > LONGEST ? corrupt(path, 28, "the header is damaged") : cut(path, size);
        }
        HeadCursor checksum = new HeadCursor(new Partitions(), content, end, size);
        if (checksum.u32() != RowChecksum.of(content, 0, end)) {
            throw corrupt(path, 0, "the header does not match its checksum");
        }
        if (version != VERSION || flags != 0) {
            throw new UnsupportedException(path + " was written by a newer version of Pawl (format " + version
                    + ", flags " + flags + "): use that version");
        }
        String name = new String(content, NAME_AT, nameLength, StandardCharsets.ISO_8859_1);
        if (!name.equals(session.name())) {
            throw corrupt(path, NAME_AT, "this is the log of the session " + name + ", not of " + session);
        }
        if (length < 0) {
            throw corrupt(path, 20, "the header is damaged");
        }
        return new LogHeader(session, generation, length);
    }

    private static CorruptDataException cut(Path path, int size) {
        return corrupt(path, size, "the file ends in its header");
    }

    static CorruptDataException corrupt(Path path, long offset, String problem) {
        return new CorruptDataException(path + " at byte " + offset, problem);
    }
}
