package dev.pawl.auth;

import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The shapes of values that need no class of their own, and what several views check alike. */
final class Shapes {

    /** Protobuf tags of the fields that a record of libsignal can begin with: number 1 or 2, length-delimited. */
    private static final int FIRST_FIELD = 0x0A;

    private static final int SECOND_FIELD = 0x12;

    private Shapes() {}

    /** Runs what reads a value that the caller gave us: what is wrong with it is a wrong argument. */
    static <T> T argument(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ShapeException e) {
            throw new IllegalArgumentException(e.problem());
        }
    }

    static Bytes identityKey(JsonValue value) {
        Bytes key = BufferJson.bytes(value)
                .orElseThrow(() -> new ShapeException("", "is " + Members.kind(value) + " instead of bytes"));
        if (key.size() != 1 + Curve.KEY_SIZE || key.byteAt(0) != Curve.PUBLIC_KEY_TYPE) {
            throw new ShapeException("", "is no public key of 33 bytes that begins with 5");
        }
        return key;
    }

    static JsonValue identityKeyJson(Bytes key) {
        return new JsonBytes(argument(() -> identityKey(new JsonBytes(key))));
    }

    static Map<String, Boolean> memory(JsonValue value) {
        Members members = Members.of(value);
        Map<String, Boolean> memory = new LinkedHashMap<>();
        for (String device : members.json().names()) {
            members.value(device);
            memory.put(device, members.bool(device, false));
        }
        return Collections.unmodifiableMap(memory);
    }

    static JsonValue memoryJson(Map<String, Boolean> memory) {
        JsonObject.Builder json = JsonObject.builder();
        memory.forEach(json::put);
        return json.build();
    }

    static String string(JsonValue value) {
        if (value instanceof JsonString string) {
            return string.value();
        }
        throw new ShapeException("", "is " + Members.kind(value) + " instead of a string");
    }

    static List<String> strings(JsonValue value) {
        if (value instanceof JsonArray array) {
            return array.values().stream().map(Shapes::string).toList();
        }
        throw new ShapeException("", "is " + Members.kind(value) + " instead of an array");
    }

    static JsonValue stringsJson(List<String> strings) {
        return JsonArray.copyOf(strings.stream().map(JsonString::new).toList());
    }

    static Bytes text(Bytes text) {
        JsonValue.check(text);
        return text;
    }

    static Bytes textArgument(Bytes text) {
        try {
            return text(text);
        } catch (JsonException e) {
            throw new IllegalArgumentException("a value is JSON: " + e.getMessage());
        }
    }

    /** Whether a JSON text is an object or an array, going by its first character that is no whitespace. */
    static boolean isContainer(Bytes text) {
        int start = 0;
        while (start < text.size() && " \t\r\n".indexOf(text.byteAt(start)) >= 0) {
            start++;
        }
        return start < text.size() && (text.byteAt(start) == '{' || text.byteAt(start) == '[');
    }

    /** Checks that bytes can be a record that libsignal serialised. An empty one is such a record. */
    static void requireProtobufRecord(Bytes bytes) {
        if (bytes.size() > 0 && bytes.byteAt(0) != FIRST_FIELD && bytes.byteAt(0) != SECOND_FIELD) {
            throw new ShapeException("", "its bytes are no record of libsignal");
        }
    }
}
