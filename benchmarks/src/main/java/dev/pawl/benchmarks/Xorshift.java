package dev.pawl.benchmarks;

import java.util.Base64;

/** A small random sequence that is easily rebuilt in any language: 32 bits, shifted by 13, 17 and 5. */
final class Xorshift {

    private int state;

    /** Begins a sequence; the seed is not 0. */
    Xorshift(int seed) {
        this.state = seed;
    }

    /** The next number, 0 to 2^32 - 1. */
    long next() {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return Integer.toUnsignedLong(state);
    }

    /** The next number below a bound. */
    int below(int bound) {
        return (int) (next() % bound);
    }

    /** As many bytes, each of one number. */
    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) next();
        }
        return bytes;
    }

    /** As many bytes as base64 text. */
    String base64(int count) {
        return Base64.getEncoder().encodeToString(bytes(count));
    }
}
