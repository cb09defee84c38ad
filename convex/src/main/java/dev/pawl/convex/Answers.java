package dev.pawl.convex;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads what functions answer, in Convex's encoding of its values. What is not as it should be is a failure of the call. */
final class Answers {

    private Answers() {}

    static JsonObject object(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw strange();
    }

    static List<JsonObject> objects(JsonValue value) {
        if (value instanceof JsonArray array) {
            List<JsonObject> objects = new ArrayList<>();
            array.forEach(each -> objects.add(object(each)));
            return objects;
        }
        throw strange();
    }

    static JsonValue member(JsonObject object, String name) {
        return object.get(name).orElseThrow(Answers::strange);
    }

    static String text(JsonObject object, String name) {
        return string(member(object, name));
    }

    static Optional<String> optionalText(JsonObject object, String name) {
        return object.get(name).filter(JsonString.class::isInstance).map(Answers::string);
    }

    static List<String> texts(JsonObject object, String name) {
        if (member(object, name) instanceof JsonArray array) {
            List<String> texts = new ArrayList<>();
            array.forEach(each -> texts.add(string(each)));
            return texts;
        }
        throw strange();
    }

    static boolean flag(JsonObject object, String name) {
        return object.get(name).orElse(JsonBoolean.FALSE).equals(JsonBoolean.TRUE);
    }

    /** A float64; one that JSON cannot write comes as its eight bytes. */
    static OptionalDouble number(JsonObject object, String name) {
        JsonValue value = object.get(name).orElse(JsonObject.EMPTY);
        if (value instanceof JsonNumber number) {
            return OptionalDouble.of(number.doubleValue());
        }
        Optional<String> bytes =
                value instanceof JsonObject special ? optionalText(special, "$float") : Optional.empty();
        return bytes.map(base64 ->
                        OptionalDouble.of(ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getDouble()))
                .orElseGet(OptionalDouble::empty);
    }

    /** A float64 as it is sent, or null for none. */
    static JsonValue encoded(OptionalDouble number) {
        if (number.isEmpty()) {
            return JsonNull.NULL;
        }
        double value = number.getAsDouble();
        if (Double.isFinite(value) && Double.compare(value, -0.0) != 0) {
            return JsonNumber.of(value);
        }
        byte[] bytes = ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array();
        return JsonObject.builder()
                .put("$float", Base64.getEncoder().encodeToString(bytes))
                .build();
    }

    /** How far a step got, which is one thing at least. */
    static int steps(JsonObject step, String name) {
        int steps = (int) number(step, name).orElse(0);
        if (steps < 1) {
            throw strange();
        }
        return steps;
    }

    static Stored stored(JsonObject row) {
        return new Stored(text(row, "key"), optionalText(row, "value").orElse(""), number(row, "sortKey"));
    }

    static Bytes value(Stored stored) {
        return Bytes.utf8(stored.value());
    }

    private static String string(JsonValue value) {
        if (value instanceof JsonString text) {
            return text.value();
        }
        throw strange();
    }

    private static CallFailure strange() {
        return CallFailure.of(
                CallFailure.Kind.REJECTED, "its functions answer in another way: deploy those of this version of Pawl");
    }
}
