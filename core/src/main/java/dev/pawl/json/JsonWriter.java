package dev.pawl.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Writes one value as {@code JSON.stringify} does without indentation, in UTF-8. Recursion is bounded by the values. */
final class JsonWriter {
    private static final byte[] BUFFER_HEAD = "{\"type\":\"Buffer\",\"data\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BUFFER_TAIL = "\"}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** What follows the backslash for characters that have a short escape, 0 for those that have none. */
    private static final byte[] SHORT_ESCAPES = new byte[128];

    static {
        SHORT_ESCAPES['"'] = '"';
        SHORT_ESCAPES['\\'] = '\\';
        SHORT_ESCAPES['\b'] = 'b';
        SHORT_ESCAPES['\t'] = 't';
        SHORT_ESCAPES['\n'] = 'n';
        SHORT_ESCAPES['\f'] = 'f';
        SHORT_ESCAPES['\r'] = 'r';
    }

    /** From this length on, encoding a string into an array of its own pays. */
    private static final int LONG = 16;

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] out;
    private int size;

    /** Has room for the text of {@code value}, more than that only when something in it has to be escaped. */
    JsonWriter(JsonValue value) {
        this.out = new byte[(int) Math.min(room(value), LARGEST_ARRAY)];
    }

    /** How long a text is in which each character is one byte. */
    private static long room(JsonValue value) {
        if (value instanceof JsonString string) {
            return string.value().length() + 2L;
        }
        if (value instanceof JsonObject object) {
            long room = 2;
            for (int i = 0; i < object.size(); i++) {
                room += object.nameAt(i).length() + 4L + room(object.valueAt(i));
            }
            // each member but the last has a comma
            return object.size() == 0 ? room : room - 1;
        }
        if (value instanceof JsonArray array) {
            long room = 2;
            for (int i = 0; i < array.size(); i++) {
                room += 1 + room(array.get(i));
            }
            return array.size() == 0 ? room : room - 1;
        }
        if (value instanceof JsonBytes bytes) {
            return BUFFER_HEAD.length + BUFFER_TAIL.length + (bytes.value().size() + 2L) / 3 * 4;
        }
        if (value instanceof JsonNumber number) {
            return number.text().length();
        }
        // true, false or null
        return value instanceof JsonBoolean truth && !truth.value() ? 5 : 4;
    }

    /** Returns the text of {@code value}; a writer is used once. */
    Bytes write(JsonValue value) {
        value(value);
        return Bytes.wrap(size == out.length ? out : Arrays.copyOf(out, size));
    }

    private void value(JsonValue value) {
        if (value instanceof JsonString string) {
            string(string.value());
        } else if (value instanceof JsonObject object) {
            object(object);
        } else if (value instanceof JsonNumber number) {
            ascii(number.text());
        } else if (value instanceof JsonArray array) {
            array(array);
        } else if (value instanceof JsonBytes bytes) {
            bytes(bytes.value());
        } else if (value instanceof JsonBoolean truth) {
            ascii(truth.value() ? "true" : "false");
        } else {
            ascii("null");
        }
    }

    private void object(JsonObject object) {
        if (object.isPlain()) {
            plain(object);
            return;
        }
        boolean plain = true;
        byte separator = '{';
        for (int i = 0; i < object.size(); i++) {
            put(separator);
            plain &= string(object.nameAt(i));
            put((byte) ':');
            if (object.valueAt(i) instanceof JsonString string) {
                plain &= string(string.value());
            } else {
                value(object.valueAt(i));
            }
            separator = ',';
        }
        if (separator == '{') {
            put(separator);
        }
        put((byte) '}');
        if (plain) {
            object.knownAsPlain();
        }
    }

    /** Writes an object in which nothing has to be looked at again. */
    private void plain(JsonObject object) {
        int members = object.size();
        byte separator = '{';
        for (int i = 0; i < members; i++) {
            String name = object.nameAt(i);
            reserve(name.length() + 4);
            out[size++] = separator;
            quoted(name);
            out[size++] = ':';
            JsonValue value = object.valueAt(i);
            if (value instanceof JsonString string) {
                reserve(string.value().length() + 2);
                quoted(string.value());
            } else {
                value(value);
            }
            separator = ',';
        }
        reserve(members == 0 ? 2 : 1);
        if (members == 0) {
            out[size++] = '{';
        }
        out[size++] = '}';
    }

    /** Writes a plain string, for which there is room. */
    private void quoted(String plain) {
        out[size++] = '"';
        unchanged(plain);
        out[size++] = '"';
    }

    /**
     * Writes ASCII characters as they are, for which there is room. The method of the platform is out of favour since
     * it drops half of all other characters; here it does in one copy what otherwise takes two and a search.
     */
    @SuppressWarnings("deprecation")
    private void unchanged(String ascii) {
        int length = ascii.length();
        ascii.getBytes(0, length, out, size);
        size += length;
    }

    private void array(JsonArray array) {
        byte separator = '[';
        for (int i = 0; i < array.size(); i++) {
            put(separator);
            value(array.get(i));
            separator = ',';
        }
        if (separator == '[') {
            put(separator);
        }
        put((byte) ']');
    }

    private void bytes(Bytes bytes) {
        put(BUFFER_HEAD);
        put(Base64.getEncoder().encode(bytes.array()));
        put(BUFFER_TAIL);
    }

    /** Writes a string, and says whether it stands there unchanged, a byte for each character. */
    private boolean string(String text) {
        int length = text.length();
        if (length >= LONG) {
            int written = size;
            if (whole(text)) {
                return size - written == length + 2;
            }
        }
        reserve(length + 2);
        byte[] to = out;
        int end = size;
        to[end++] = '"';
        int i = 0;
        while (i < length) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7F || c == '"' || c == '\\') {
                break;
            }
            to[end++] = (byte) c;
            i++;
        }
        size = end;
        boolean plain = i == length;
        while (i < length) {
            i += character(text, i);
        }
        put((byte) '"');
        return plain;
    }

    /**
     * Writes a long string at once if it needs no escapes, and says whether it did.
     *
     * <p>The encoder of the platform is fast, but turns half of a surrogate pair into a question mark: a text with a
     * question mark in it is left to the slower way.
     */
    private boolean whole(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (!EightBytes.plainWithoutQuestion(utf8)) {
            return false;
        }
        put((byte) '"');
        put(utf8);
        put((byte) '"');
        return true;
    }

    /** Writes the character at {@code index} and returns how many {@code char}s of the text it took. */
    private int character(String text, int index) {
        reserve(6);
        char c = text.charAt(index);
        if (c < 0x80 && SHORT_ESCAPES[c] != 0) {
            out[size++] = '\\';
            out[size++] = SHORT_ESCAPES[c];
        } else if (c < ' ' || (Character.isSurrogate(c) && !Utf8.pairAt(text, index))) {
            out[size++] = '\\';
            out[size++] = 'u';
            for (int shift = 12; shift >= 0; shift -= 4) {
                out[size++] = HEX[c >> shift & 0xF];
            }
        } else if (Character.isSurrogate(c)) {
            size = Utf8.encode(text.codePointAt(index), out, size);
            return 2;
        } else {
            size = Utf8.encode(c, out, size);
        }
        return 1;
    }

    private void ascii(String text) {
        reserve(text.length());
        unchanged(text);
    }

    private void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, out, size, bytes.length);
        size += bytes.length;
    }

    private void put(byte b) {
        reserve(1);
        out[size++] = b;
    }

    private void reserve(int more) {
        if (more > out.length - size) {
            grow(Math.addExact(size, more));
        }
    }

    private void grow(int needed) {
        // a long string is seldom the end: without the margin its closing brackets would copy everything once more
        long roomy = Math.max(needed + (needed >> 3) + 64L, out.length * 2L);
        out = Arrays.copyOf(out, (int) Math.max(needed, Math.min(roomy, LARGEST_ARRAY)));
    }
}
