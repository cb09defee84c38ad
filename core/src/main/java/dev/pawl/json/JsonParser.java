package dev.pawl.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text straight from UTF-8, once, either into values or only to see whether it is right.
 *
 * <p>Recursion is bounded by {@link JsonValue#MAX_DEPTH}.
 */
final class JsonParser {
    static final String INVALID_UTF8 = "invalid UTF-8";
    static final String INVALID_NUMBER = "invalid number";
    static final String TOO_DEEP = "nested deeper than " + JsonValue.MAX_DEPTH;
    private static final String UNEXPECTED_END = "unexpected end of text";
    private static final String EXPECTED_VALUE = "expected a value";
    private static final String EXPECTED_NAME = "expected a member name";
    private static final String EXPECTED_COLON = "expected a colon";
    private static final String EXPECTED_MEMBER_END = "expected a comma or the end of the object";
    private static final String EXPECTED_ELEMENT_END = "expected a comma or the end of the array";
    private static final String INVALID_ESCAPE = "invalid escape";
    private static final String CONTROL_CHARACTER = "unescaped control character";
    private static final String TRAILING_TEXT = "text after the value";

    private final byte[] in;
    private final boolean halves;
    private boolean build = true;
    private int at;

    /** How deep the container read last was nested; 0 after any other value. */
    private int height;

    /** Whether the string read last stands there as it is written: ASCII without escapes. */
    private boolean plain;

    /** Members and elements of the containers that are still open, innermost last. */
    private JsonValue[] values = new JsonValue[32];

    private String[] names = new String[32];
    private int open;

    /**
     * @param in UTF-8
     * @param halves whether half of a surrogate pair may stand as three bytes (see {@link Utf8})
     */
    JsonParser(byte[] in, boolean halves) {
        this.in = in;
        this.halves = halves;
    }

    /** Reads the whole text. */
    JsonValue parse() {
        JsonValue value = value(0);
        skipWhitespace();
        if (at < in.length) {
            throw new JsonException(TRAILING_TEXT, at);
        }
        return value;
    }

    /** Reads the whole text and builds nothing. */
    void check() {
        build = false;
        parse();
    }

    private JsonValue value(int depth) {
        skipWhitespace();
        height = 0;
        switch (peek()) {
            case '"':
                String string = string();
                return build ? new JsonString(string) : JsonNull.NULL;
            case '{':
                return object(deeper(depth));
            case '[':
                return array(deeper(depth));
            case 't':
                return literal("true", JsonBoolean.TRUE);
            case 'f':
                return literal("false", JsonBoolean.FALSE);
            case 'n':
                return literal("null", JsonNull.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
                return number();
            default:
                throw new JsonException(EXPECTED_VALUE, at);
        }
    }

    private int deeper(int depth) {
        if (depth >= JsonValue.MAX_DEPTH) {
            throw new JsonException(TOO_DEEP, at);
        }
        return depth + 1;
    }

    private JsonValue object(int depth) {
        int first = open;
        int tallest = 0;
        boolean repeated = false;
        boolean allPlain = true;
        Map<String, Integer> places = null;
        at++;
        skipWhitespace();
        if (peek() == '}') {
            at++;
            height = 1;
            return JsonObject.EMPTY;
        }
        while (true) {
            if (peek() != '"') {
                throw new JsonException(EXPECTED_NAME, at);
            }
            String name = string();
            allPlain &= plain;
            skipWhitespace();
            if (peek() != ':') {
                throw new JsonException(EXPECTED_COLON, at);
            }
            at++;
            JsonValue value = value(depth);
            tallest = Math.max(tallest, height);
            if (build) {
                allPlain &= plain || !(value instanceof JsonString);
                if (places == null && open - first >= JsonObject.SMALL) {
                    places = placesFrom(first);
                }
                int place = find(name, first, places);
                if (place >= 0) {
                    values[place] = value;
                    repeated = true;
                } else {
                    push(name, value);
                }
            }
            skipWhitespace();
            byte next = peek();
            if (next != ',' && next != '}') {
                throw new JsonException(EXPECTED_MEMBER_END, at);
            }
            at++;
            if (next == '}') {
                break;
            }
            skipWhitespace();
        }
        height = tallest + 1;
        if (!build) {
            return JsonNull.NULL;
        }
        String[] ownNames = Arrays.copyOfRange(names, first, open);
        JsonValue[] own = Arrays.copyOfRange(values, first, open);
        open = first;
        if (repeated) {
            height = Height.above(own);
        }
        JsonObject object = new JsonObject(ownNames, own, height);
        return allPlain ? object.knownAsPlain() : object;
    }

    private JsonValue array(int depth) {
        int first = open;
        int tallest = 0;
        at++;
        skipWhitespace();
        if (peek() == ']') {
            at++;
            height = 1;
            return JsonArray.EMPTY;
        }
        while (true) {
            JsonValue value = value(depth);
            tallest = Math.max(tallest, height);
            if (build) {
                push("", value);
            }
            skipWhitespace();
            byte next = peek();
            if (next != ',' && next != ']') {
                throw new JsonException(EXPECTED_ELEMENT_END, at);
            }
            at++;
            if (next == ']') {
                break;
            }
        }
        height = tallest + 1;
        if (!build) {
            return JsonNull.NULL;
        }
        JsonValue[] own = Arrays.copyOfRange(values, first, open);
        open = first;
        return new JsonArray(own, height);
    }

    private void push(String name, JsonValue value) {
        if (open == values.length) {
            values = Arrays.copyOf(values, open * 2);
            names = Arrays.copyOf(names, open * 2);
        }
        names[open] = name;
        values[open++] = value;
    }

    /** Where the member {@code name} of the object whose members begin at {@code first} stands, or -1; notes a new one. */
    private int find(String name, int first, @Nullable Map<String, Integer> places) {
        if (places != null) {
            Integer place = places.putIfAbsent(name, open);
            return place == null ? -1 : place;
        }
        for (int i = first; i < open; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private Map<String, Integer> placesFrom(int first) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = first; i < open; i++) {
            places.put(names[i], i);
        }
        return places;
    }

    private JsonValue literal(String word, JsonValue meaning) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= in.length) {
                throw new JsonException(UNEXPECTED_END, in.length);
            }
            if (in[at + i] != word.charAt(i)) {
                throw new JsonException(EXPECTED_VALUE, at);
            }
        }
        at += word.length();
        return meaning;
    }

    private JsonValue number() {
        int start = at;
        at = numberFrom(start);
        return build ? JsonNumber.read(in, start, at) : JsonNull.NULL;
    }

    /** The offset after the number at {@code start}. */
    int numberFrom(int start) {
        int i = start;
        if (i < in.length && in[i] == '-') {
            i++;
        }
        if (i < in.length && in[i] == '0') {
            i++;
        } else {
            i = digits(i);
        }
        if (i < in.length && in[i] == '.') {
            i = digits(i + 1);
        }
        if (i < in.length && (in[i] == 'e' || in[i] == 'E')) {
            i++;
            if (i < in.length && (in[i] == '+' || in[i] == '-')) {
                i++;
            }
            i = digits(i);
        }
        return i;
    }

    /** The offset after at least one digit. */
    private int digits(int start) {
        int i = start;
        while (i < in.length && in[i] >= '0' && in[i] <= '9') {
            i++;
        }
        if (i == start) {
            throw new JsonException(i == in.length ? UNEXPECTED_END : INVALID_NUMBER, i);
        }
        return i;
    }

    /** Reads the string whose opening quote is next; the result means nothing when nothing is built. */
    private String string() {
        int start = at + 1;
        int i = start;
        boolean escaped = false;
        boolean wide = false;
        while (true) {
            i = EightBytes.plainUntil(in, i);
            if (i == in.length) {
                throw new JsonException(UNEXPECTED_END, i);
            }
            byte b = in[i];
            if (b == '"') {
                break;
            } else if (b == '\\') {
                escaped = true;
                i = escapeEnd(i);
            } else if (b < 0) {
                wide = true;
                int length = Utf8.sequence(in, i, halves);
                if (length == 0) {
                    throw new JsonException(INVALID_UTF8, i);
                }
                i += length;
            } else {
                throw new JsonException(CONTROL_CHARACTER, i);
            }
        }
        at = i + 1;
        plain = !escaped && !wide;
        if (!build) {
            return "";
        }
        if (escaped || (wide && halves)) {
            return Escapes.decode(in, start, i, halves);
        }
        return new String(in, start, i - start, wide ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    /** The offset after the escape that begins at {@code start}. */
    private int escapeEnd(int start) {
        if (start + 1 == in.length) {
            throw new JsonException(UNEXPECTED_END, in.length);
        }
        switch (in[start + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return start + 2;
            case 'u':
                break;
            default:
                throw new JsonException(INVALID_ESCAPE, start);
        }
        for (int i = start + 2; i < start + 6; i++) {
            if (i == in.length) {
                throw new JsonException(UNEXPECTED_END, i);
            }
            if (Escapes.hexDigit(in[i]) < 0) {
                throw new JsonException(INVALID_ESCAPE, start);
            }
        }
        return start + 6;
    }

    private void skipWhitespace() {
        while (at < in.length
                && in[at] <= ' '
                && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }

    private byte peek() {
        if (at == in.length) {
            throw new JsonException(UNEXPECTED_END, at);
        }
        return in[at];
    }
}
