package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL's jsonb cannot keep, found before it is sent. */
final class JsonbTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"a\\u0000b\"]",
                "{\"a\":{\"\\u0000\":1}}",
                "\"\\ud800\"",
                "\"\\udc00 \\ud83d\\ude00\"",
                "{\"\\udbff\":1}",
                "[1e131072]",
                "-1e-16384",
                "1e99999999999",
                "{",
                ""
            })
    void whatHasNoPlaceIsFoundWithoutBeingShown(String text) {
        assertThat(Jsonb.obstacle(Bytes.utf8(text)))
                .hasValueSatisfying(what -> assertThat(what).startsWith("it "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "\"\\ud83d\\ude00 \\\\u0000 \\u0001\"",
                "[1e131071,-1e-16383,0,-0,1.50,12345678901234567890123456789]",
                "{\"a\":1,\"a\":2}"
            })
    void everythingElseHasOne(String text) {
        assertThat(Jsonb.obstacle(Bytes.utf8(text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{\"a\": [1, 2], \"b\": {}} ~ {\"a\":[1,2],\"b\":{}}",
                "{\"a b\": \"c: d, \\\" e\\\\\"} ~ {\"a b\":\"c: d, \\\" e\\\\\"}",
                "\"\\\\\" ~ \"\\\\\"",
                "\" é \" ~ \" é \""
            })
    void onlySpacesOutsideOfStringsGo(String written, String compact) {
        assertThat(Jsonb.compact(written.getBytes(StandardCharsets.UTF_8)).utf8())
                .isEqualTo(compact);
    }
}
