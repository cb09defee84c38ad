package dev.pawl.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * A JSON number, kept as the text it was read from or will be written as.
 *
 * <p>Two numbers are equal when their texts are: {@code 1.0} and {@code 1} are written differently and so differ.
 */
public final class JsonNumber implements JsonValue {
    /** Longest text that is looked at as an exact integer, so that a hostile one costs little. */
    private static final int LONGEST_EXACT = 1000;

    /** The numbers 0 to 255, of which arrays of bytes consist. */
    private static final JsonNumber[] SMALL = small();

    private final String text;

    /** Trusts its caller that {@code text} is a JSON number. */
    private JsonNumber(String text) {
        this.text = text;
    }

    private static JsonNumber[] small() {
        JsonNumber[] numbers = new JsonNumber[256];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = new JsonNumber(Integer.toString(i));
        }
        return numbers;
    }

    /** The number that stands between two offsets; trusts its caller that one does. */
    static JsonNumber read(byte[] in, int start, int end) {
        if (end - start <= 3) {
            int value = 0;
            for (int i = start; i < end; i++) {
                // a sign, a point or an exponent makes this larger than any three digits
                value = value * 10 + digit(in[i]);
            }
            if (value < SMALL.length) {
                return SMALL[value];
            }
        }
        return new JsonNumber(new String(in, start, end - start, StandardCharsets.ISO_8859_1));
    }

    private static int digit(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : 1_000_000;
    }

    /** Returns the number {@code value} in decimal digits. */
    public static JsonNumber of(long value) {
        return value >= 0 && value < SMALL.length ? SMALL[(int) value] : new JsonNumber(Long.toString(value));
    }

    /**
     * Returns the number as JavaScript writes it: the fewest digits that still denote {@code value}, {@code 1e+21}
     * style exponents from 10<sup>21</sup> up and below 10<sup>-6</sup>, and {@code 0} for negative zero.
     *
     * @throws IllegalArgumentException when {@code value} is infinite or not a number: JSON has no text for those
     */
    public static JsonNumber of(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has no infinite numbers and no NaN");
        }
        return new JsonNumber(ShortestDecimal.of(value));
    }

    /**
     * Reads a number and keeps its spelling.
     *
     * @throws JsonException when {@code text} is not exactly one JSON number without whitespace; its offset counts
     *     {@code char}s
     */
    public static JsonNumber parse(String text) {
        int end = numberEnd(text.getBytes(StandardCharsets.ISO_8859_1));
        if (end != text.length()) {
            throw new JsonException(JsonParser.INVALID_NUMBER, end);
        }
        return new JsonNumber(text);
    }

    private static int numberEnd(byte[] text) {
        JsonParser parser = new JsonParser(text, false);
        return parser.numberFrom(0);
    }

    /** The text of this number, exactly as read or made. */
    public String text() {
        return text;
    }

    /**
     * The value as an integer of 64 bits, exactly: {@code 1e3} and {@code 1.0} are integers, {@code 1.5} is not.
     *
     * @throws ArithmeticException when it is not such an integer, or is spelt in more than 1,000 characters
     */
    public long longValue() {
        int digits = text.charAt(0) == '-' ? text.length() - 1 : text.length();
        if (digits <= 18 && isPlainInteger()) {
            return Long.parseLong(text);
        }
        if (text.length() <= LONGEST_EXACT) {
            try {
                return new BigDecimal(text).longValueExact();
            } catch (ArithmeticException | NumberFormatException e) {
                // neither the text nor the library's message about it belongs in ours
            }
        }
        throw new ArithmeticException("the JSON number is not an integer of 64 bits");
    }

    private boolean isPlainInteger() {
        for (int i = text.charAt(0) == '-' ? 1 : 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** The nearest {@code double}, as JavaScript would have read it; infinite when it is too large for one. */
    public double doubleValue() {
        return Double.parseDouble(text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonNumber number && text.equals(number.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the kind and the number of characters, never the digits. */
    @Override
    public String toString() {
        return "JsonNumber[" + text.length() + "]";
    }
}
