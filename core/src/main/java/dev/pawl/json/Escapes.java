package dev.pawl.json;

/** What the escapes in a JSON string mean. */
final class Escapes {
    private Escapes() {}

    /** The value of a hexadecimal digit in either case, or -1. */
    static int hexDigit(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /**
     * Decodes the content of a string between two offsets of {@code in}, which has been checked.
     *
     * @param halves whether half of a surrogate pair may stand as three bytes (see {@link Utf8})
     */
    static String decode(byte[] in, int start, int end, boolean halves) {
        StringBuilder text = new StringBuilder(end - start);
        int i = start;
        while (i < end) {
            byte b = in[i];
            if (b < 0) {
                int length = Utf8.sequence(in, i, halves);
                text.appendCodePoint(Utf8.decode(in, i, length));
                i += length;
            } else if (b != '\\') {
                text.append((char) b);
                i++;
            } else if (in[i + 1] == 'u') {
                text.append((char) unit(in, i + 2));
                i += 6;
            } else {
                text.append(meaning(in[i + 1]));
                i += 2;
            }
        }
        return text.toString();
    }

    /** The number that four hexadecimal digits at {@code at} denote. */
    private static int unit(byte[] in, int at) {
        int unit = 0;
        for (int i = at; i < at + 4; i++) {
            unit = unit << 4 | hexDigit(in[i]);
        }
        return unit;
    }

    private static char meaning(byte escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) escape;
        };
    }
}
