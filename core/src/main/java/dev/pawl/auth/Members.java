package dev.pawl.auth;

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
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of one object in every shape they occur in, and says which member is wrong. A member that is {@code null} counts as absent, as it does in JavaScript code that asks
 * {@code if (x.member)}.
 */
final class Members {

    private static final int NONE = -1;

    private final JsonObject object;

    /** Where it stands, put together only for who complains. */
    private final @Nullable Members parent;

    private final String name;
    private final int index;

    private Members(JsonObject object, @Nullable Members parent, String name, int index) {
        this.object = object;
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    /** The members of a whole value. */
    static Members of(JsonValue value) {
        return of(value, "");
    }

    /** The members of a value that stands at {@code path}. */
    static Members of(JsonValue value, String path) {
        if (value instanceof JsonObject object) {
            return new Members(object, null, path, NONE);
        }
        throw noObject(value, path);
    }

    private static ShapeException noObject(JsonValue value, String path) {
        return new ShapeException(path, "is " + kind(value) + " instead of an object");
    }

    /** The members of a value in here that is shown as {@code name[index]}. */
    Members element(JsonValue value, String name, int index) {
        if (value instanceof JsonObject object) {
            return new Members(object, this, name, index);
        }
        throw noObject(value, path(shown(name, index)));
    }

    private static String shown(String name, int index) {
        return index == NONE ? name : name + "[" + index + "]";
    }

    /** What a value is, for messages. */
    static String kind(JsonValue value) {
        if (value instanceof JsonObject) {
            return "an object";
        } else if (value instanceof JsonArray) {
            return "an array";
        } else if (value instanceof JsonString) {
            return "a string";
        } else if (value instanceof JsonNumber) {
            return "a number";
        } else if (value instanceof JsonBoolean) {
            return "true or false";
        }
        return value instanceof JsonNull ? "null" : "bytes";
    }

    JsonObject json() {
        return object;
    }

    String path(String name) {
        String path = path();
        return path.isEmpty() ? name : path + "." + name;
    }

    private String path() {
        String own = shown(name, index);
        return parent == null ? own : parent.path(own);
    }

    ShapeException wrong(String name, String problem) {
        return new ShapeException(path(name), problem);
    }

    Optional<JsonValue> find(String name) {
        return object.get(name).filter(value -> !(value instanceof JsonNull));
    }

    JsonValue value(String name) {
        return find(name).orElseThrow(() -> wrong(name, "is missing"));
    }

    Members object(String name) {
        return element(value(name), name, NONE);
    }

    Optional<Members> findObject(String name) {
        return find(name).map(value -> element(value, name, NONE));
    }

    JsonArray array(String name) {
        JsonValue value = value(name);
        if (value instanceof JsonArray array) {
            return array;
        }
        throw wrong(name, "is " + kind(value) + " instead of an array");
    }

    Bytes bytes(String name) {
        JsonValue value = value(name);
        return BufferJson.bytesOrBase64(value)
                .orElseThrow(() -> wrong(name, "is " + kind(value) + " instead of bytes"));
    }

    Bytes bytes(String name, int size) {
        Bytes bytes = bytes(name);
        if (bytes.size() != size) {
            throw wrong(name, "has " + bytes.size() + " bytes instead of " + size);
        }
        return bytes;
    }

    Optional<Bytes> findBytes(String name) {
        return find(name).map(value -> bytes(name));
    }

    String string(String name) {
        JsonValue value = value(name);
        if (value instanceof JsonString string) {
            return string.value();
        }
        throw wrong(name, "is " + kind(value) + " instead of a string");
    }

    Optional<String> findString(String name) {
        return find(name).map(value -> string(name));
    }

    boolean bool(String name, boolean absent) {
        Optional<JsonValue> value = find(name);
        if (value.isEmpty()) {
            return absent;
        }
        if (value.get() instanceof JsonBoolean bool) {
            return bool.value();
        }
        throw wrong(name, "is " + kind(value.get()) + " instead of true or false");
    }

    /** An integer in one of the forms a 64-bit number takes: a number, decimal digits in a string, or low and high half. */
    long integer(String name) {
        JsonValue value = value(name);
        try {
            if (value instanceof JsonNumber number) {
                return number.longValue();
            }
            if (value instanceof JsonString digits) {
                return JsonNumber.parse(digits.value()).longValue();
            }
            if (value instanceof JsonObject) {
                return halves(element(value, name, NONE));
            }
        } catch (ArithmeticException | JsonException e) {
            throw wrong(name, "is not an integer of 64 bits");
        }
        throw wrong(name, "is " + kind(value) + " instead of a number");
    }

    /** A value that is a number, as an integer of 64 bits. */
    static Optional<Long> integer(JsonValue value) {
        try {
            return value instanceof JsonNumber number ? Optional.of(number.longValue()) : Optional.empty();
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    OptionalLong findInteger(String name) {
        return find(name).isEmpty() ? OptionalLong.empty() : OptionalLong.of(integer(name));
    }

    private static long halves(Members number) {
        BigInteger low = BigInteger.valueOf(number.integer("low") & 0xFFFFFFFFL);
        return BigInteger.valueOf(number.integer("high")).shiftLeft(32).add(low).longValueExact();
    }

    /** Bytes as protobuf messages write them: base64 in a string. */
    static JsonString base64(Bytes bytes) {
        return new JsonString(new String(Base64.getEncoder().encode(bytes.toArray()), StandardCharsets.ISO_8859_1));
    }
}
