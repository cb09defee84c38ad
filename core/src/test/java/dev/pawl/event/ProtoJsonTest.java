package dev.pawl.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1760000001",
                "\"1760000001\"",
                "1760000001.9",
                "1.760000001e9",
                "{\"low\":1760000001,\"high\":0,\"unsigned\":true}"
            })
    void everyFormOfAnIntegerIsRead(String form) {
        assertThat(ProtoJson.integer(JsonValue.parse(form))).isEqualTo(OptionalLong.of(1760000001L));
    }

    @Test
    void aLongIsItsTwoHalvesTheLowOneWithoutSign() {
        assertThat(ProtoJson.integer(JsonValue.parse("{\"low\":-1,\"high\":1,\"unsigned\":true}")))
                .isEqualTo(OptionalLong.of(8589934591L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "\"soon\"", "true", "[]", "{}", "{\"low\":1}", "1e300"})
    void whatIsNoIntegerIsAbsent(String form) {
        assertThat(ProtoJson.integer(JsonValue.parse(form))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"Buffer\",\"data\":\"AQID\"}",
                "{\"type\":\"Buffer\",\"data\":[1,2,3]}",
                "\"AQID\"",
                "{\"0\":1,\"1\":2,\"2\":3}"
            })
    void everyFormOfBytesIsRead(String form) {
        JsonObject object = JsonObject.EMPTY.with("key", JsonValue.parse(form));

        assertThat(ProtoJson.bytes(object, "key")).contains(Bytes.copyOf(new byte[] {1, 2, 3}));
    }

    @Test
    void anEnumIsItsNumberOrItsName() {
        List<String> names = List.of("ERROR", "", "PENDING");

        assertThat(number("2", names)).isEqualTo(OptionalLong.of(2));
        assertThat(number("\"PENDING\"", names)).isEqualTo(OptionalLong.of(2));
        assertThat(number("\"2\"", names)).isEqualTo(OptionalLong.of(2));
        assertThat(number("\"LATE\"", names)).isEmpty();
        assertThat(number("\"\"", names)).isEmpty();
    }

    private static OptionalLong number(String value, List<String> names) {
        return ProtoJson.number(JsonObject.EMPTY.with("status", JsonValue.parse(value)), "status", names);
    }

    @Test
    void nullAndOtherTypesCountAsAbsent() {
        JsonObject object = (JsonObject) JsonValue.parse("{\"a\":null,\"b\":7,\"c\":\"\",\"d\":[1,{\"x\":1}]}");

        assertThat(ProtoJson.member(object, "a")).isEmpty();
        assertThat(ProtoJson.text(object, "b")).isEmpty();
        assertThat(ProtoJson.text(object, "c")).isEmpty();
        assertThat(ProtoJson.object(object, "b")).isEmpty();
        assertThat(ProtoJson.isTrue(object, "b")).isFalse();
        assertThat(ProtoJson.objects(object, "d")).hasSize(1);
        assertThat(ProtoJson.objects(object, "e")).isEmpty();
    }
}
