package dev.pawl.file.log;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link HeadWriter} wrote, and nothing else: what could have been written shorter is refused. */
final class HeadCursor {

    private final Partitions partitions;
    private final byte[] content;
    private final int end;
    private int at;

    /**
     * Reads a part of an array, which nobody changes meanwhile.
     *
     * @param partitions the names that were met before
     */
    HeadCursor(Partitions partitions, byte[] content, int from, int end) {
        this.partitions = partitions;
        this.content = content;
        this.at = from;
        this.end = end;
    }

    int remaining() {
        return end - at;
    }

    int u8() throws MalformedException {
        if (at == end) {
            throw new MalformedException("it ends too early");
        }
        return content[at++] & 0xFF;
    }

    int u16() throws MalformedException {
        return u8() << 8 | u8();
    }

    int u32() throws MalformedException {
        if (remaining() < 4) {
            throw new MalformedException("it ends too early");
        }
        int from = at;
        at += 4;
        return content[from] << 24
                | (content[from + 1] & 0xFF) << 16
                | (content[from + 2] & 0xFF) << 8
                | content[from + 3] & 0xFF;
    }

    long u64() throws MalformedException {
        return (long) u32() << 32 | u32() & 0xFFFF_FFFFL;
    }

    /** A number from 0 to 2^63 - 1. */
    long varint() throws MalformedException {
        if (at < end && content[at] >= 0) {
            return content[at++];
        }
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = u8();
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    throw new MalformedException("a number is longer than it has to be");
                }
                return value;
            }
        }
        throw new MalformedException("a number is too large");
    }

    /** A number of things of which each takes at least this many of the bytes that are left. */
    int count(int each) throws MalformedException {
        long count = varint();
        if (count > remaining() / each) {
            throw new MalformedException("it promises more than it holds");
        }
        return (int) count;
    }

    Family family() throws MalformedException {
        int number = u8();
        return FamilyNumbers.family(number)
                .orElseThrow(() -> MalformedException.unknown("a record of the unknown kind " + number));
    }

    Key key() throws MalformedException {
        Family family = family();
        int length = count(1);
        String partition = partitions.name(content, at, length);
        at += length;
        return new Key(family, partition, text());
    }

    private String text() throws MalformedException {
        int length = count(1);
        String text = text(content, at, length);
        at += length;
        return text;
    }

    static String text(byte[] content, int at, int length) throws MalformedException {
        String text = new String(content, at, length, StandardCharsets.UTF_8);
        // Every bad sequence has become this character, but so has every good one that means it.
        return text.indexOf('\uFFFD') < 0 ? text : strictly(content, at, length);
    }

    private static String strictly(byte[] content, int at, int length) throws MalformedException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content, at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("a name is not UTF-8");
        }
    }
}
