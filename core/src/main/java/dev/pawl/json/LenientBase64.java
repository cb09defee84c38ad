package dev.pawl.json;

import java.util.Arrays;

/**
 * Base64 as Node's {@code Buffer.from(text, 'base64')} reads it: it never fails.
 *
 * <p>The standard and the URL alphabet may be mixed, every other character is skipped, the first {@code =} ends the
 * data, and bits that do not fill a byte are dropped. Of a character above U+00FF Node looks at the low eight bits only.
 */
final class LenientBase64 {
    private static final int SKIP = -1;
    private static final int END = -2;
    private static final byte[] MEANINGS = meanings();

    private LenientBase64() {}

    private static byte[] meanings() {
        byte[] meanings = new byte[256];
        Arrays.fill(meanings, (byte) SKIP);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            meanings[alphabet.charAt(i)] = (byte) i;
        }
        meanings['-'] = meanings['+'];
        meanings['_'] = meanings['/'];
        meanings['='] = END;
        return meanings;
    }

    /** Decodes {@code text}. */
    static Bytes decode(String text) {
        byte[] out = new byte[(int) (text.length() * 3L / 4)];
        int size = 0;
        int bits = 0;
        int held = 0;
        for (int i = 0; i < text.length(); i++) {
            int meaning = MEANINGS[text.charAt(i) & 0xFF];
            if (meaning == END) {
                break;
            }
            if (meaning != SKIP) {
                held = held << 6 | meaning;
                bits += 6;
                if (bits >= 8) {
                    bits -= 8;
                    out[size++] = (byte) (held >> bits);
                }
            }
        }
        return Bytes.wrap(size == out.length ? out : Arrays.copyOf(out, size));
    }
}
