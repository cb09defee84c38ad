package dev.pawl.event;

import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads members of protobuf messages in every form in which JavaScript programs put them into JSON.
 *
 * <p>The same field is a number, a name or a text depending on how the object was made: a live message is a plain
 * object around a protobuf instance, a message of one's own or of a history is an instance all through, and instances
 * write 64-bit integers as decimal text, enums as names and bytes as bare base64.
 *
 * <p>{@code null} counts as absent, and so does what has none of these forms: who needs to tell the two apart looks at
 * the JSON. Nothing here throws.
 */
public final class ProtoJson {

    private static final double TWO_TO_32 = 4294967296.0;

    private ProtoJson() {}

    /** The member {@code name}, unless it is {@code null}. */
    public static Optional<JsonValue> member(JsonObject object, String name) {
        return object.get(name).filter(value -> !(value instanceof JsonNull));
    }

    /** A member that is an object. */
    public static Optional<JsonObject> object(JsonObject object, String name) {
        return object.get(name).filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
    }

    /** The objects in a member that is a list; other elements are left out. */
    public static List<JsonObject> objects(JsonObject object, String name) {
        List<JsonObject> objects = new ArrayList<>();
        if (object.get(name).orElse(JsonNull.NULL) instanceof JsonArray list) {
            for (JsonValue element : list) {
                if (element instanceof JsonObject found) {
                    objects.add(found);
                }
            }
        }
        return List.copyOf(objects);
    }

    /** A member that is text and not empty: protobuf does not tell empty from absent. */
    public static Optional<String> text(JsonObject object, String name) {
        return object.get(name)
                .filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).value())
                .filter(text -> !text.isEmpty());
    }

    /** Whether a member is {@code true}. */
    public static boolean isTrue(JsonObject object, String name) {
        return object.get(name).orElse(JsonNull.NULL) instanceof JsonBoolean bool && bool.value();
    }

    /** A member that is bytes: wrapped, bare base64, or an object of numbers. */
    public static Optional<Bytes> bytes(JsonObject object, String name) {
        return member(object, name).flatMap(BufferJson::bytesOrBase64);
    }

    /** A member that is an integer, see {@link #integer(JsonValue)}. */
    public static OptionalLong integer(JsonObject object, String name) {
        return object.get(name).map(ProtoJson::integer).orElse(OptionalLong.empty());
    }

    /**
     * An integer: a JSON number, decimal digits in text, or the two halves of a JavaScript {@code Long} ({@code
     * {"low":…, "high":…,"unsigned":…}}). A fraction is cut off.
     */
    public static OptionalLong integer(JsonValue value) {
        if (value instanceof JsonNumber number) {
            return whole(number);
        }
        if (value instanceof JsonString digits) {
            try {
                return whole(JsonNumber.parse(digits.value()));
            } catch (JsonException e) {
                return OptionalLong.empty();
            }
        }
        if (value instanceof JsonObject halves) {
            OptionalLong low = integer(halves.get("low").orElse(JsonNull.NULL));
            OptionalLong high = integer(halves.get("high").orElse(JsonNull.NULL));
            return low.isPresent() && high.isPresent()
                    ? OptionalLong.of((high.getAsLong() << 32) + (low.getAsLong() & 0xFFFFFFFFL))
                    : OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    private static OptionalLong whole(JsonNumber number) {
        try {
            return OptionalLong.of(number.longValue());
        } catch (ArithmeticException e) {
            double approximate = number.doubleValue();
            return Math.abs(approximate) < TWO_TO_32 * TWO_TO_32 / 2
                    ? OptionalLong.of((long) approximate)
                    : OptionalLong.empty();
        }
    }

    /**
     * A member that is an enum: its number, or its name.
     *
     * @param names the names by number, empty text where a number has none
     */
    public static OptionalLong number(JsonObject object, String name, List<String> names) {
        JsonValue value = object.get(name).orElse(JsonNull.NULL);
        if (value instanceof JsonString text) {
            int number = text.value().isEmpty() ? -1 : names.indexOf(text.value());
            return number < 0 ? integer(value) : OptionalLong.of(number);
        }
        return integer(value);
    }
}
