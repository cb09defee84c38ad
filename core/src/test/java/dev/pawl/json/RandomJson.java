package dev.pawl.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes up texts and changes from a seed; every run of a test sees the same ones. */
final class RandomJson {
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"\"",
            "\"a\"",
            "\"a\":1",
            "\"__proto__\":",
            "0",
            "-",
            "1",
            "12",
            ".",
            ".5",
            "e",
            "E+",
            "e-7",
            "true",
            "false",
            "null",
            "tru",
            "nul",
            "True",
            "NaN",
            "Infinity",
            " ",
            "\n",
            "\t",
            "\r",
            "\u00a0",
            "\ufeff",
            "\u2028",
            "\u0000",
            "\f",
            "\u000b",
            "\\",
            "\\\"",
            "\\u",
            "\\u00",
            "\\ud83d",
            "\\ude00",
            "\\uD800",
            "\\n",
            "\\x",
            "\\/",
            "\\'",
            "'",
            "/",
            "//",
            "/* */",
            "é",
            "😀",
            "\u007f",
            "+1",
            "01",
            "1.",
            "-0",
            "0x1",
            "[]",
            "{}",
            "[1,2]",
            "{\"b\":[]}");

    private static final List<String> CHARACTERS = List.of(
            "a", "Z", "\"", "\\", "\b", "\t", "\n", "\f", "\r", "\0", "\u001f", "\u007f", "\u0080", "é", "\u07ff",
            "\u0800", "\u2028", "\ud7ff", "\ud800", "\udbff", "\udc00", "\udfff", "\ue000", "\ufeff", "\uffff", "😀",
            "?", "=", " ");

    private static final List<String> NAMES = List.of(
            "0",
            "1",
            "2",
            "10",
            "9",
            "42",
            "4294967293",
            "4294967294",
            "4294967295",
            "4294967296",
            "00",
            "01",
            "-1",
            "1.0",
            "1e3",
            "",
            " 1",
            "__proto__",
            "constructor",
            "toString",
            "length",
            "type",
            "data",
            "private",
            "b",
            "a",
            "é",
            "\ud800",
            "\"");

    private static final List<String> SPELLINGS =
            List.of("-0", "1.0", "1E9", "0.10e-07", "1e400", "100000000000000000000");

    private final Random random;

    RandomJson(long seed) {
        random = new Random(seed);
    }

    int below(int limit) {
        return random.nextInt(limit);
    }

    double anyDouble() {
        return Double.longBitsToDouble(random.nextLong());
    }

    /** Pieces of JSON in any order: now and then a valid text. */
    String soup() {
        return pick(PIECES, 1 + below(8));
    }

    /** A valid text with up to three pieces put in or characters taken out. */
    String damaged(String valid) {
        StringBuilder text = new StringBuilder(valid);
        for (int left = 1 + below(3); left > 0; left--) {
            int at = below(text.length() + 1);
            switch (below(3)) {
                case 0 -> text.insert(at, pick(PIECES, 1));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + below(3)));
                default -> text.setLength(Math.max(1, at));
            }
        }
        return text.toString();
    }

    String name() {
        return below(4) == 0 ? Integer.toString(below(30)) : NAMES.get(below(NAMES.size()));
    }

    /** Characters that are special to JSON, to UTF-8 or to UTF-16, and plain ones. */
    String string() {
        StringBuilder text = new StringBuilder();
        for (int left = below(5) == 0 ? below(100) : below(10); left > 0; left--) {
            text.append(below(3) == 0 ? pick(CHARACTERS, 1) : Character.toString('a' + below(26)));
        }
        return text.toString();
    }

    /** A tree of at most {@code depth} containers inside each other. */
    JsonValue value(int depth) {
        return switch (below(depth == 0 ? 5 : 8)) {
            case 0 -> JsonNull.NULL;
            case 1 -> JsonBoolean.of(random.nextBoolean());
            case 2 -> number();
            case 3, 4 -> new JsonString(string());
            case 5 -> {
                List<JsonValue> values = new ArrayList<>();
                for (int left = size(); left > 0; left--) {
                    values.add(value(depth - 1));
                }
                yield JsonArray.copyOf(values);
            }
            default -> object(depth);
        };
    }

    /** An object with members in whatever order, some of them array indices. */
    JsonObject object(int depth) {
        JsonObject object = JsonObject.EMPTY;
        for (int left = size(); left > 0; left--) {
            object = object.with(below(2) == 0 ? name() : string(), value(depth - 1));
        }
        return object;
    }

    private int size() {
        return below(20) == 0 ? 15 + below(30) : below(6);
    }

    private JsonNumber number() {
        double any = anyDouble();
        return switch (below(4)) {
            case 0 -> JsonNumber.of(random.nextLong());
            case 1 -> JsonNumber.of(below(300));
            case 2 -> JsonNumber.of(Double.isFinite(any) ? any : 0.5);
            default -> JsonNumber.parse(SPELLINGS.get(below(SPELLINGS.size())));
        };
    }

    private String pick(List<String> from, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(from.get(below(from.size())));
        }
        return text.toString();
    }
}
