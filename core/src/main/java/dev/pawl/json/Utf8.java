package dev.pawl.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 as this package needs it: strict, except that half of a surrogate pair may stand as its own three bytes where a
 * Java string has to be carried through unharmed (that form is never written to anybody).
 */
final class Utf8 {
    private Utf8() {}

    /** The index of the first surrogate in {@code text} that has no partner, or -1. */
    static int unpairedSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!pairAt(text, i)) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** Whether a high surrogate at {@code index} is followed by a low one. */
    static boolean pairAt(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1));
    }

    /** The offset of the first byte that does not belong to a valid sequence, or -1. */
    static int firstInvalid(byte[] in) {
        int at = 0;
        while (at < in.length) {
            if (in[at] >= 0) {
                at++;
            } else {
                int length = sequence(in, at, false);
                if (length == 0) {
                    return at;
                }
                at += length;
            }
        }
        return -1;
    }

    /**
     * The length (2 to 4) of the sequence of several bytes at {@code at}, or 0 when it is not valid.
     *
     * @param halves whether half of a surrogate pair is accepted as three bytes
     */
    static int sequence(byte[] in, int at, boolean halves) {
        int first = in[at] & 0xFF;
        int second = continuation(in, at + 1);
        if (first < 0xC2 || first > 0xF4 || second < 0) {
            return 0;
        }
        if (first < 0xE0) {
            return 2;
        }
        if (continuation(in, at + 2) < 0) {
            return 0;
        }
        if (first < 0xF0) {
            boolean tooLong = first == 0xE0 && second < 0x20;
            boolean half = first == 0xED && second >= 0x20;
            return tooLong || (half && !halves) ? 0 : 3;
        }
        boolean tooLong = first == 0xF0 && second < 0x10;
        boolean tooLarge = first == 0xF4 && second >= 0x10;
        return tooLong || tooLarge || continuation(in, at + 3) < 0 ? 0 : 4;
    }

    /** The six bits of a continuation byte, or -1 when there is none at {@code at}. */
    private static int continuation(byte[] in, int at) {
        return at < in.length && (in[at] & 0xC0) == 0x80 ? in[at] & 0x3F : -1;
    }

    /** The code point (or half of a pair) of the valid sequence of {@code length} bytes at {@code at}. */
    static int decode(byte[] in, int at, int length) {
        int point = in[at] & (0xFF >> (length + 1));
        for (int i = 1; i < length; i++) {
            point = point << 6 | in[at + i] & 0x3F;
        }
        return point;
    }

    /** Encodes {@code text}; half of a surrogate pair becomes three bytes of its own. */
    static byte[] encode(String text) {
        if (unpairedSurrogate(text) < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] out = new byte[Math.multiplyExact(3, text.length())];
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            if (pairAt(text, i)) {
                size = encode(text.codePointAt(i++), out, size);
            } else {
                size = encode(text.charAt(i), out, size);
            }
        }
        return Arrays.copyOf(out, size);
    }

    /** Writes {@code point} at {@code at} and returns where the next one goes. */
    static int encode(int point, byte[] out, int at) {
        if (point < 0x80) {
            out[at] = (byte) point;
            return at + 1;
        }
        if (point < 0x800) {
            out[at] = (byte) (0xC0 | point >> 6);
            out[at + 1] = (byte) (0x80 | point & 0x3F);
            return at + 2;
        }
        if (point < 0x10000) {
            out[at] = (byte) (0xE0 | point >> 12);
            out[at + 1] = (byte) (0x80 | point >> 6 & 0x3F);
            out[at + 2] = (byte) (0x80 | point & 0x3F);
            return at + 3;
        }
        out[at] = (byte) (0xF0 | point >> 18);
        out[at + 1] = (byte) (0x80 | point >> 12 & 0x3F);
        out[at + 2] = (byte) (0x80 | point >> 6 & 0x3F);
        out[at + 3] = (byte) (0x80 | point & 0x3F);
        return at + 4;
    }

    /** How many {@code char}s of the text that {@link #encode(String)} turned into {@code in} lie before {@code offset}. */
    static int charsBefore(byte[] in, int offset) {
        int chars = 0;
        for (int i = 0; i < offset; i++) {
            int b = in[i] & 0xFF;
            if (b < 0x80 || b >= 0xC0) {
                chars += b >= 0xF0 ? 2 : 1;
            }
        }
        return chars;
    }
}
