package dev.pawl.convex;

import static dev.pawl.convex.Rows.letters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Convex refuses the stand-in refuses too: else the tests that stay within its limits would prove nothing. */
@Timeout(60)
final class StandInTest {

    private LocalConvex convex;

    @BeforeEach
    void start() {
        convex = LocalConvex.ofZaileys();
    }

    @AfterEach
    void stop() {
        convex.close();
    }

    private static JsonObject item(String key, String value) {
        return JsonObject.builder().put("key", key).put("value", value).build();
    }

    private JsonObject set(List<JsonObject> items) {
        return convex.call(
                "mutation",
                "zaileys:set",
                JsonObject.builder()
                        .put("namespace", "bot")
                        .put("items", JsonArray.copyOf(items))
                        .build());
    }

    private JsonObject get(int names) {
        List<JsonValue> keys = IntStream.range(0, names)
                .mapToObj(n -> (JsonValue) new JsonString("k" + n))
                .toList();
        return convex.call(
                "query",
                "zaileys:get",
                JsonObject.builder()
                        .put("namespace", "bot")
                        .put("keys", JsonArray.copyOf(keys))
                        .build());
    }

    private static String status(JsonObject answer) {
        return ((JsonString) answer.get("status").orElseThrow()).value();
    }

    @Test
    void aDocumentHasAMebibyte() {
        assertThat(status(set(List.of(item("a", letters((1 << 20) - 200).utf8())))))
                .isEqualTo("success");
        assertThat(status(set(List.of(item("b", letters(1 << 20).utf8()))))).isEqualTo("error");
        assertThat(convex.documents()).isEqualTo(1);
    }

    @Test
    void anArrayHas8192ElementsAndAFunctionUses4096Ranges() {
        assertThat(status(get(4_000))).isEqualTo("success");
        assertThat(status(get(4_100))).isEqualTo("error");
        assertThat(status(get(8_193))).isEqualTo("error");
    }

    @Test
    void aFunctionReads16MebibytesAndIsUndoneWhenItWouldReadMore() {
        for (int n = 0; n < 18; n++) {
            assertThat(status(set(List.of(item("long" + n, letters(1_000_000).utf8())))))
                    .isEqualTo("success");
        }
        JsonObject clear = JsonObject.builder().put("namespace", "bot").build();
        assertThat(status(convex.call("mutation", "zaileys:clear", clear))).isEqualTo("error");
        assertThat(convex.documents()).isEqualTo(18);
    }

    /** A deployment in production says no more than this of what went wrong. */
    @Test
    void aFailureSaysNothingOfItsReason() {
        JsonObject failed = get(4_100);
        assertThat(((JsonString) failed.get("errorMessage").orElseThrow()).value())
                .matches("\\[Request ID: [0-9a-f]{16}] Server Error");
        assertThat(failed.get("errorData")).isEmpty();
    }
}
