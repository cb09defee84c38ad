package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The 80 vectors that Baileys 7.0.0-rc14 produced: 49 texts with what its reviver makes of them, 31 values with what its
 * replacer writes and what reading that gives.
 */
class BufferJsonVectorsTest {
    private static final JsonObject VECTORS = vectors();

    /** JavaScript values that a tree of ours can hold as they are: it must be written as the very same text. */
    private static final Map<String, JsonValue> SAME_VALUE = sameValues();

    /**
     * JavaScript values we have no type for, with the plain value that JavaScript itself turns them into: typed arrays
     * other than bytes, Map, Set, Date, class instances, protobuf messages. What can be asserted for them is that the
     * text is ours too, built member by member.
     */
    private static final Map<String, JsonValue> PLAIN_VALUE = plainValues();

    /** Values for which {@code JSON.stringify} throws or for which we differ on purpose; each has a test of its own. */
    private static final Set<String> OWN_TEST = Set.of(
            "plain {type:Buffer,data:[1,2]}",
            "plain {type:Buffer,data:\"AQID\"} (already encoded)",
            "plain {type:Buffer}",
            "plain {type:Buffer,data:null}",
            "plain {type:Buffer,data:{0:1}}",
            "NaN",
            "BigInt");

    @Test
    void noVectorIsLeftOut() {
        assertThat(reviver()).hasSize(49);
        assertThat(replacer()).hasSize(31);
        Set<String> covered = new HashSet<>(OWN_TEST);
        covered.addAll(SAME_VALUE.keySet());
        covered.addAll(PLAIN_VALUE.keySet());
        assertThat(covered).hasSize(OWN_TEST.size() + SAME_VALUE.size() + PLAIN_VALUE.size());
        assertThat(replacer().stream().map(vector -> string(vector, "name")))
                .containsExactlyInAnyOrderElementsOf(covered);
    }

    @TestFactory
    Stream<DynamicTest> readsWhatTheReviverReads() {
        return reviver().stream()
                .map(vector -> dynamicTest(string(vector, "json"), () -> {
                    JsonValue read = JsonValue.parse(string(vector, "json"));
                    assertThat(described(BufferJson.revive(read)).toText())
                            .isEqualTo(vector.get("value").orElseThrow().toText());
                    assertThat(read.toText()).as("unchanged when not revived").isEqualTo(string(vector, "json"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> writesWhatTheReplacerWrites() {
        Map<String, JsonValue> expressible = new LinkedHashMap<>(SAME_VALUE);
        expressible.putAll(PLAIN_VALUE);
        return replacer().stream()
                .filter(vector -> expressible.containsKey(string(vector, "name")))
                .map(vector -> dynamicTest(string(vector, "name"), () -> {
                    JsonValue value = expressible.get(string(vector, "name"));
                    assertThat(value.toText()).isEqualTo(string(vector, "json"));
                    assertThat(value.toBytes()).isEqualTo(Bytes.utf8(string(vector, "json")));
                }));
    }

    @TestFactory
    Stream<DynamicTest> readsBackWhatTheReplacerWrote() {
        List<JsonObject> written = replacer().stream()
                .filter(vector -> vector.get("json").orElseThrow() instanceof JsonString)
                .toList();
        assertThat(written).as("vectors with a text").hasSize(27);
        return written.stream()
                .map(vector -> dynamicTest(string(vector, "name"), () -> {
                    JsonValue read = JsonValue.parse(string(vector, "json"));
                    assertThat(read.toText()).isEqualTo(string(vector, "json"));
                    assertThat(described(BufferJson.revive(read)).toText())
                            .isEqualTo(vector.get("roundTrip").orElseThrow().toText());
                }));
    }

    @Test
    void anObjectThatOnlyLooksLikeABufferIsRewrittenWhenItsBytesAreAskedForAndNotBefore() {
        JsonObject vector = replacer("plain {type:Buffer,data:[1,2]}");
        JsonObject plain = JsonObject.builder()
                .put("type", "Buffer")
                .put("data", JsonArray.of(JsonNumber.of(1), JsonNumber.of(2)))
                .build();
        assertThat(BufferJson.of(BufferJson.bytes(plain).orElseThrow()).toText())
                .isEqualTo(string(vector, "json"));
        assertThat(plain.toText()).isEqualTo("{\"type\":\"Buffer\",\"data\":[1,2]}");
    }

    @Test
    void whatIsEncodedAlreadyIsNotEncodedAgain() {
        JsonObject vector = replacer("plain {type:Buffer,data:\"AQID\"} (already encoded)");
        JsonValue encoded = BufferJson.of(bytes(1, 2, 3));
        JsonValue read = JsonValue.parse(encoded.toBytes());
        assertThat(read.toText()).isEqualTo("{\"type\":\"Buffer\",\"data\":\"AQID\"}");
        // the replacer encodes the base64 text once more, which is its defect; the same bytes are ours when meant
        assertThat(BufferJson.of(Bytes.utf8("AQID")).toText()).isEqualTo(string(vector, "json"));
    }

    @TestFactory
    Stream<DynamicTest> wrappersWithoutBytesAreDataToUs() {
        Map<String, String> texts = Map.of(
                "plain {type:Buffer}", "{\"type\":\"Buffer\"}",
                "plain {type:Buffer,data:null}", "{\"type\":\"Buffer\",\"data\":null}",
                "plain {type:Buffer,data:{0:1}}", "{\"type\":\"Buffer\",\"data\":{\"0\":1}}");
        return texts.entrySet().stream()
                .map(entry -> dynamicTest(entry.getKey(), () -> {
                    assertThat(throwsTypeError(replacer(entry.getKey()))).isTrue();
                    JsonValue value = JsonValue.parse(entry.getValue());
                    assertThat(value.toText()).isEqualTo(entry.getValue());
                    assertThat(BufferJson.bytes(value)).isEmpty();
                }));
    }

    @Test
    void notANumberIsRefusedWhereTheReplacerWritesNull() {
        assertThat(string(replacer("NaN"), "json")).isEqualTo(JsonNull.NULL.toText());
        assertThatThrownBy(() -> JsonNumber.of(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void integersBeyondDoublesAreWrittenWhereTheReplacerThrows() {
        assertThat(throwsTypeError(replacer("BigInt"))).isTrue();
        assertThat(JsonNumber.of(Long.MAX_VALUE).toText()).isEqualTo("9223372036854775807");
    }

    private static Map<String, JsonValue> sameValues() {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        values.put("Buffer[1,2,3]", new JsonBytes(bytes(1, 2, 3)));
        values.put("Buffer[]", new JsonBytes(Bytes.EMPTY));
        values.put("Uint8Array[1,2,3]", new JsonBytes(bytes(1, 2, 3)));
        values.put("Uint8Array[]", new JsonBytes(Bytes.EMPTY));
        values.put("Uint8Array view offset", new JsonBytes(bytes(1, 2)));
        values.put(
                "nested object",
                JsonObject.builder()
                        .put("a", JsonObject.builder().put("b", bytes(1)).build())
                        .put("c", JsonArray.of(new JsonBytes(bytes(2))))
                        .build());
        values.put("undefined member", JsonObject.builder().put("b", 1).build());
        values.put("array with undefined", JsonArray.of(JsonNull.NULL, JsonNumber.of(1)));
        values.put("string with unicode", new JsonString("é😀\u2028\ud800"));
        values.put("top-level string", new JsonString("628123"));
        return values;
    }

    private static Map<String, JsonValue> plainValues() {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        values.put(
                "Uint8ClampedArray",
                JsonObject.builder().put("1", 2).put("0", 1).build());
        values.put("Int8Array", JsonObject.builder().put("0", 1).put("1", -1).build());
        values.put("Uint16Array", JsonObject.builder().put("0", 1).put("1", 515).build());
        values.put("ArrayBuffer", JsonObject.EMPTY);
        values.put("DataView", JsonObject.EMPTY);
        values.put("Map", JsonObject.EMPTY);
        values.put("Set", JsonObject.EMPTY);
        values.put("Date", new JsonString("1970-01-01T00:00:00.000Z"));
        values.put("class instance", JsonObject.builder().put("x", bytes(1)).build());
        values.put(
                "Long",
                JsonObject.builder()
                        .put("low", -936591237)
                        .put("high", 409)
                        .put("unsigned", false)
                        .build());
        values.put(
                "Long unsigned max",
                JsonObject.builder()
                        .put("low", -1)
                        .put("high", -1)
                        .put("unsigned", true)
                        .build());
        values.put(
                "proto ADVSignedDeviceIdentity",
                JsonObject.builder()
                        .put("details", "AQI=")
                        .put("accountSignature", "Aw==")
                        .build());
        values.put(
                "proto AppStateSyncKeyData",
                JsonObject.builder()
                        .put("keyData", "AAA=")
                        .put("timestamp", "5")
                        .build());
        JsonObject key = JsonObject.builder()
                .put("remoteJid", "a@s.whatsapp.net")
                .put("fromMe", true)
                .put("id", "X")
                .build();
        JsonObject image = JsonObject.builder()
                .put("fileLength", "123456")
                .put("mediaKey", "BAUG")
                .build();
        values.put(
                "proto WebMessageInfo",
                JsonObject.builder()
                        .put("key", key)
                        .put("message", JsonObject.EMPTY.with("imageMessage", image))
                        .put("messageTimestamp", "1760000000")
                        .put("status", "DELIVERY_ACK")
                        .put("mediaCiphertextSha256", "AQID")
                        .put("messageStubType", "CIPHERTEXT")
                        .build());
        return values;
    }

    /** Spells a revived value as the vectors do: bytes as hex, objects marked. */
    private static JsonValue described(JsonValue value) {
        if (value instanceof JsonBytes bytes) {
            String hex = HexFormat.of().formatHex(bytes.value().toArray());
            return JsonObject.builder().put("$buffer", hex).build();
        }
        if (value instanceof JsonArray array) {
            return JsonArray.copyOf(array.values().stream()
                    .map(BufferJsonVectorsTest::described)
                    .toList());
        }
        if (value instanceof JsonObject object) {
            JsonObject.Builder members = JsonObject.builder();
            object.forEach((name, member) -> members.put(name, described(member)));
            return JsonObject.builder().put("$obj", members.build()).build();
        }
        return value;
    }

    private static boolean throwsTypeError(JsonObject vector) {
        return vector.get("json").orElseThrow() instanceof JsonObject outcome
                && string(outcome, "$throws").startsWith("TypeError");
    }

    private static JsonObject replacer(String name) {
        return replacer().stream()
                .filter(vector -> string(vector, "name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonObject> reviver() {
        return list("reviver");
    }

    private static List<JsonObject> replacer() {
        return list("replacer");
    }

    private static List<JsonObject> list(String name) {
        List<JsonObject> vectors = new ArrayList<>();
        ((JsonArray) VECTORS.get(name).orElseThrow()).forEach(vector -> vectors.add((JsonObject) vector));
        return vectors;
    }

    private static String string(JsonObject object, String name) {
        Optional<JsonValue> member = object.get(name);
        return ((JsonString) member.orElseThrow()).value();
    }

    private static Bytes bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Bytes.wrap(bytes);
    }

    private static JsonObject vectors() {
        try (InputStream in = BufferJsonVectorsTest.class.getResourceAsStream("fixtures/bufferjson-vectors.json")) {
            return (JsonObject) JsonValue.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
