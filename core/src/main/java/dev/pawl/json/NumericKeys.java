package dev.pawl.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Bytes spelt as numbers: typed arrays that went through JSON as objects, and arrays. */
final class NumericKeys {
    private NumericKeys() {}

    /** The values as bytes in JavaScript's order of names, if there is a member and all names and values are numbers. */
    static Optional<Bytes> bytes(JsonObject object) {
        if (object.size() == 0) {
            return Optional.empty();
        }
        TreeMap<Long, JsonValue> indexed = new TreeMap<>();
        List<JsonValue> others = new ArrayList<>();
        for (int i = 0; i < object.size(); i++) {
            String name = object.nameAt(i);
            if (!(object.valueAt(i) instanceof JsonNumber) || !startsWithInteger(name)) {
                return Optional.empty();
            }
            long index = ArrayIndex.of(name);
            if (index >= 0) {
                indexed.put(index, object.valueAt(i));
            } else {
                others.add(object.valueAt(i));
            }
        }
        List<JsonValue> ordered = new ArrayList<>(indexed.values());
        ordered.addAll(others);
        return bytes(ordered);
    }

    /** The values as bytes, if all are numbers. */
    static Optional<Bytes> bytes(List<JsonValue> values) {
        byte[] bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (!(values.get(i) instanceof JsonNumber number)) {
                return Optional.empty();
            }
            bytes[i] = toByte(number.doubleValue());
        }
        return Optional.of(Bytes.wrap(bytes));
    }

    /** JavaScript's {@code ToUint8}: the integer part modulo 256, and 0 for what is infinite. */
    private static byte toByte(double value) {
        return Double.isInfinite(value) ? 0 : (byte) (int) (value % 256);
    }

    /** Whether JavaScript's {@code parseInt} finds a number at the beginning of {@code name}. */
    private static boolean startsWithInteger(String name) {
        int i = 0;
        while (i < name.length() && isSpace(name.charAt(i))) {
            i++;
        }
        if (i < name.length() && (name.charAt(i) == '+' || name.charAt(i) == '-')) {
            i++;
        }
        return i < name.length() && name.charAt(i) >= '0' && name.charAt(i) <= '9';
    }

    /** What JavaScript trims before a number. */
    private static boolean isSpace(char c) {
        return (c >= '\t' && c <= '\r') || c == '\uFEFF' || Character.isSpaceChar(c);
    }
}
