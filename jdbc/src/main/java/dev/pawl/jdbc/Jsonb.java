package dev.pawl.jdbc;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What PostgreSQL's {@code jsonb} cannot keep, and what it writes. */
final class Jsonb {

    /** The digits of a {@code numeric}, before and behind its point. */
    private static final int DIGITS_BEFORE = 131_072;

    private static final int DIGITS_BEHIND = 16_383;

    /** Numbers of so many characters without an exponent have fewer digits in any case. */
    private static final int SHORT = 1_000;

    private Jsonb() {}

    /** What in this value {@code jsonb} has no place for, without quoting it; empty when it can be kept. */
    static Optional<String> obstacle(Bytes value) {
        try {
            return obstacle(JsonValue.parse(value));
        } catch (JsonException e) {
            return Optional.of("it is no JSON, or nested deeper than " + JsonValue.MAX_DEPTH);
        }
    }

    private static Optional<String> obstacle(JsonValue value) {
        if (value instanceof JsonString string) {
            return obstacle(string.value());
        }
        if (value instanceof JsonNumber) {
            return isTooLong(value.toText())
                    ? Optional.of("it has a number of more digits than PostgreSQL keeps")
                    : Optional.empty();
        }
        List<JsonValue> parts = new ArrayList<>();
        List<Optional<String>> names = new ArrayList<>();
        if (value instanceof JsonObject object) {
            object.forEach((name, member) -> {
                names.add(obstacle(name));
                parts.add(member);
            });
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                parts.add(array.get(i));
            }
        }
        for (Optional<String> name : names) {
            if (name.isPresent()) {
                return name;
            }
        }
        for (JsonValue part : parts) {
            Optional<String> found = obstacle(part);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> obstacle(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\u0000') {
                return Optional.of("it has the character \\u0000");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return Optional.of("it has half of a surrogate pair");
                }
                i++;
            }
        }
        return Optional.empty();
    }

    private static boolean isTooLong(String number) {
        if (number.length() < SHORT && number.indexOf('e') < 0 && number.indexOf('E') < 0) {
            return false;
        }
        try {
            BigDecimal value = new BigDecimal(number);
            return value.scale() > DIGITS_BEHIND || (long) value.precision() - value.scale() > DIGITS_BEFORE;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    /** The text without the spaces that the server writes behind colons and commas. */
    static Bytes compact(byte[] text) {
        byte[] compact = new byte[text.length];
        int length = 0;
        boolean string = false;
        for (int i = 0; i < text.length; i++) {
            byte b = text[i];
            if (b == '"') {
                string = !string;
            } else if (string && b == '\\') {
                compact[length++] = b;
                b = text[++i];
            } else if (!string && b == ' ') {
                continue;
            }
            compact[length++] = b;
        }
        return Bytes.wrap(Arrays.copyOf(compact, length));
    }
}
