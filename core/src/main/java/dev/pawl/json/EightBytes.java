package dev.pawl.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for the bytes that matter inside strings, eight at a time. */
final class EightBytes {
    private static final VarHandle AS_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private EightBytes() {}

    /**
     * The first offset from {@code start} on where something else than a plain ASCII character of a JSON string stands:
     * a quote, a backslash, a control character, or a byte above ASCII; the length of {@code in} when there is none.
     */
    static int plainUntil(byte[] in, int start) {
        int i = start;
        while (i + Long.BYTES <= in.length) {
            long bytes = (long) AS_LONG.get(in, i);
            // only the lowest mark is exact, because a borrow may set marks above it
            long marks = (escaped(bytes) | bytes) & TOPS;
            if (marks != 0) {
                return i + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < in.length && in[i] >= ' ' && in[i] != '"' && in[i] != '\\') {
            i++;
        }
        return i;
    }

    /** Whether {@code utf8}, of at least eight bytes, holds nothing that a JSON string escapes, and no question mark. */
    static boolean plainWithoutQuestion(byte[] utf8) {
        int last = utf8.length - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES) {
            if (!plainWithoutQuestion((long) AS_LONG.get(utf8, i))) {
                return false;
            }
        }
        // looks at some bytes twice where the length is no multiple of eight
        return plainWithoutQuestion((long) AS_LONG.get(utf8, last));
    }

    private static boolean plainWithoutQuestion(long bytes) {
        return ((escaped(bytes) | zeros(bytes ^ '?' * ONES)) & ~bytes & TOPS) == 0;
    }

    /** Marks quotes, backslashes and control characters; also bytes above ASCII in part. */
    private static long escaped(long bytes) {
        return zeros(bytes ^ '"' * ONES) | zeros(bytes ^ '\\' * ONES) | (bytes - ' ' * ONES);
    }

    private static long zeros(long bytes) {
        return bytes - ONES;
    }
}
