package dev.pawl.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferJsonTest {
    private static final Bytes ONE_TWO = Bytes.wrap(new byte[] {1, 2});

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"Buffer\",\"data\":\"AQI=\"}",
                "{\"type\":\"Buffer\",\"data\":\"AQI\"}",
                "{\"data\":\"AQI=\",\"type\":\"Buffer\",\"more\":null}",
                "{\"type\":\"Buffer\",\"data\":[1,2]}",
                "{\"type\":\"Buffer\",\"data\":[257,-254]}",
                "{\"0\":1,\"1\":2}",
                "{\"1\":2,\"0\":1}"
            })
    void aFieldOfBytesIsReadInEveryFormThatOccurs(String text) {
        assertThat(BufferJson.bytes(JsonValue.parse(text))).contains(ONE_TWO);
        assertThat(BufferJson.bytesOrBase64(JsonValue.parse(text))).contains(ONE_TWO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "1",
                "[1,2]",
                "{}",
                "{\"type\":\"Buffer\"}",
                "{\"type\":\"Buffer\",\"data\":null}",
                "{\"type\":\"Buffer\",\"data\":[\"1\"]}",
                "{\"type\":\"buffer\",\"data\":\"AQI=\"}",
                "{\"0\":1,\"a\":2}",
                "{\"0\":true}"
            })
    void whatHoldsNoBytesIsEmpty(String text) {
        assertThat(BufferJson.bytes(JsonValue.parse(text))).isEmpty();
        assertThat(BufferJson.bytesOrBase64(JsonValue.parse(text))).isEmpty();
    }

    @Test
    void bareBase64IsBytesOnlyWhereItIsAskedFor() {
        assertThat(BufferJson.bytes(new JsonString("AQI="))).isEmpty();
        assertThat(BufferJson.bytesOrBase64(new JsonString("AQI="))).contains(ONE_TWO);
        assertThat(BufferJson.bytesOrBase64(new JsonString("A Q_I")))
                .contains(Bytes.wrap(new byte[] {1, 15, (byte) 0xC8}));
    }

    @Test
    void bytesInATreeAreWrittenAsTheWrapperAndReadBackAsAnObject() {
        JsonValue bytes = BufferJson.of(ONE_TWO);
        assertThat(bytes.toText()).isEqualTo("{\"type\":\"Buffer\",\"data\":\"AQI=\"}");
        JsonValue read = JsonValue.parse(bytes.toBytes());
        assertThat(read).isInstanceOf(JsonObject.class).isNotEqualTo(bytes);
        assertThat(BufferJson.revive(read)).isEqualTo(bytes);
        assertThat(BufferJson.bytes(bytes)).contains(ONE_TWO);
    }

    @Test
    void revivingChangesNothingWithoutBytesAndKeepsTheRestOfATreeWithSome() {
        JsonValue plain = JsonValue.parse("{\"b\":[1,{\"2\":null,\"1\":1}],\"a\":{}}");
        assertThat(BufferJson.revive(plain)).isSameAs(plain);

        JsonObject mixed = (JsonObject)
                JsonValue.parse("{\"z\":1.0,\"k\":{\"type\":\"Buffer\",\"data\":\"AQI=\"},\"5\":[{\"0\":1}]}");
        JsonObject revived = (JsonObject) BufferJson.revive(mixed);
        assertThat(revived.names()).containsExactly("z", "k", "5");
        assertThat(revived.get("z")).isEqualTo(mixed.get("z"));
        assertThat(revived.get("k")).contains(BufferJson.of(ONE_TWO));
        assertThat(revived.get("5")).contains(JsonArray.of(BufferJson.of(Bytes.wrap(new byte[] {1}))));
    }

    @Test
    void arraysInWrappersAreLeftAloneByRevivingAsInBaileys() {
        JsonValue wrapper = JsonValue.parse("{\"type\":\"Buffer\",\"data\":[1,2]}");
        assertThat(BufferJson.revive(wrapper)).isSameAs(wrapper);
        assertThat(BufferJson.bytes(wrapper)).contains(ONE_TWO);
    }

    @Test
    void revivingWalksTheDeepestTree() {
        String text = "[".repeat(JsonValue.MAX_DEPTH - 1) + "{\"0\":1}" + "]".repeat(JsonValue.MAX_DEPTH - 1);
        assertThat(BufferJson.revive(JsonValue.parse(text)).toText()).contains("\"AQ==\"");
    }
}
