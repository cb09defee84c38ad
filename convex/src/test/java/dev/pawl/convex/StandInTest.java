package dev.pawl.convex;

import static dev.pawl.convex.Rows.letters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Scan;
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
    void aFunctionUses4096Ranges() {
        assertThat(status(get(4_000))).isEqualTo("success");
        assertThat(status(get(4_100))).isEqualTo("error");
    }

    /** Which is the only thing that is too much here. Pawl reads such a list in pieces. */
    @Test
    void anArrayHas8192Elements() {
        JsonObject list = JsonObject.builder()
                .put("namespace", "bot")
                .put("prefix", "contact:")
                .build();
        convex.insert(IntStream.range(0, 8_192).mapToObj(StandInTest::contact).toList());
        assertThat(status(convex.call("query", "zaileys:list", list))).isEqualTo("success");
        convex.insert(List.of(contact(8_192)));
        assertThat(status(convex.call("query", "zaileys:list", list))).isEqualTo("error");
        try (Backend backend = convex.backend("bot").functionsOfZaileys().open()) {
            assertThat(Rows.list(backend, Scan.of(Family.CONTACT).limit(1_000).withoutValues()))
                    .hasSize(8_193);
        }
    }

    private static JsonObject contact(int n) {
        return JsonObject.builder()
                .put("namespace", "bot")
                .put("key", "contact:" + n % 10 + n + "@lid")
                .put("value", "{}")
                .build();
    }

    @Test
    void aFunctionWrites16MebibytesAnd16000Documents() {
        try (LocalConvex limits = LocalConvex.start("limits", JsonObject.EMPTY)) {
            assertThat(status(write(limits, 17, 1_000_000))).isEqualTo("error");
            assertThat(status(write(limits, 16_001, 1))).isEqualTo("error");
            assertThat(limits.documents()).as("what is too much is undone").isZero();
            assertThat(status(write(limits, 16, 1_000_000))).isEqualTo("success");
            assertThat(status(write(limits, 16_000, 1))).isEqualTo("success");
        }
    }

    private static JsonObject write(LocalConvex limits, int documents, int letters) {
        JsonObject arguments = JsonObject.builder()
                .put("documents", documents)
                .put("letters", letters)
                .build();
        return limits.call("mutation", "limits:write", arguments);
    }

    @Test
    void aFunctionReads32000Documents() {
        try (LocalConvex limits = LocalConvex.start("limits", JsonObject.EMPTY)) {
            write(limits, 1_000, 1);
            assertThat(status(read(limits, 32_000))).isEqualTo("success");
            assertThat(status(read(limits, 32_001))).isEqualTo("error");
        }
    }

    private static JsonObject read(LocalConvex limits, int documents) {
        return limits.call(
                "query",
                "limits:read",
                JsonObject.builder().put("documents", documents).build());
    }

    @Test
    void halfASurrogatePairIsNoText() {
        JsonObject refused = set(List.of(item("a", "\ud800")));
        assertThat(refused.get("code")).contains(new JsonString("BadJsonBody"));
        assertThat(status(set(List.of(item("a", "\ud83d\ude00 \\ud800"))))).isEqualTo("success");
        assertThat(convex.documents()).isEqualTo(1);
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
