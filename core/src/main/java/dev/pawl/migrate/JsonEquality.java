package dev.pawl.migrate;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Compares values that a backend kept as JSON but not as text: the order of members and the spelling of numbers do not
 * count.
 */
final class JsonEquality {

    private JsonEquality() {}

    /** What is not JSON equals only the same bytes. */
    static boolean same(Bytes left, Bytes right) {
        try {
            return left.equals(right) || same(JsonValue.parse(left), JsonValue.parse(right));
        } catch (JsonException e) {
            return false;
        }
    }

    private static boolean same(JsonValue left, JsonValue right) {
        if (left instanceof JsonObject one && right instanceof JsonObject other) {
            return one.size() == other.size()
                    && one.names().stream().allMatch(name -> sameMember(one.get(name), other.get(name)));
        }
        if (left instanceof JsonArray one && right instanceof JsonArray other) {
            if (one.size() != other.size()) {
                return false;
            }
            for (int i = 0; i < one.size(); i++) {
                if (!same(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (left instanceof JsonNumber one && right instanceof JsonNumber other) {
            return one.equals(other) || new BigDecimal(one.text()).compareTo(new BigDecimal(other.text())) == 0;
        }
        return left.equals(right);
    }

    private static boolean sameMember(Optional<JsonValue> left, Optional<JsonValue> right) {
        return left.isPresent() && right.isPresent() && same(left.get(), right.get());
    }
}
