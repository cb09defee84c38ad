package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.key;
import static dev.pawl.convex.Rows.row;
import static dev.pawl.convex.Rows.stored;
import static dev.pawl.convex.Rows.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every function that is deployed asks who calls before it does anything, and this finds one that does not. */
@Timeout(60)
final class ConvexFunctionsTest {

    private static final JsonArray NAME = JsonArray.of(new JsonString("signal:pre-key:1"));

    /** Arguments with which each function reads or changes the row, or would. */
    private static final Map<String, JsonObject> CALLS = calls();

    private static Map<String, JsonObject> calls() {
        JsonObject turn = JsonObject.builder()
                .put("lane", "x")
                .put("number", 1)
                .put("attempt", 1)
                .put("checks", JsonArray.EMPTY)
                .build();
        JsonObject page = JsonObject.builder()
                .put("limit", 10)
                .put("settled", true)
                .put("family", "key")
                .build();
        JsonObject.Builder calls = JsonObject.builder()
                .put("query pawl:hello", JsonObject.EMPTY)
                .put("query pawl:get", JsonObject.builder().put("keys", NAME).build())
                .put(
                        "query pawl:scan",
                        page.toBuilder()
                                .put("backwards", false)
                                .put("keysOnly", false)
                                .build())
                .put("query pawl:partitions", page)
                .put(
                        "query pawl:sessions",
                        JsonObject.builder()
                                .put("families", JsonArray.of(new JsonString("key")))
                                .put("keys", JsonArray.EMPTY)
                                .put("limit", 10)
                                .build())
                .put(
                        "query pawl:foreign",
                        JsonObject.builder()
                                .put("cursor", JsonNull.NULL)
                                .put("above", false)
                                .put("limit", 10)
                                .build())
                .put(
                        "mutation pawl:commit",
                        turn.toBuilder()
                                .put("puts", JsonArray.EMPTY)
                                .put("deletes", NAME)
                                .build())
                .put(
                        "mutation pawl:erase",
                        turn.toBuilder()
                                .put(
                                        "families",
                                        JsonArray.of(JsonObject.builder()
                                                .put("family", "key")
                                                .build()))
                                .put("limit", 10)
                                .build())
                .put("mutation pawl:sweep", JsonObject.EMPTY)
                .put(
                        "mutation pawl:spill",
                        JsonObject.builder().put("rows", JsonArray.EMPTY).build())
                .put(
                        "mutation pawl:adopt",
                        JsonObject.builder().put("rows", JsonArray.EMPTY).build());
        Map<String, JsonObject> all = new TreeMap<>();
        calls.build().forEach((call, arguments) -> all.put(call, (JsonObject) arguments));
        return all;
    }

    private static JsonObject answer(LocalConvex convex, String call, JsonObject who, String namespace) {
        String[] words = call.split(" ");
        JsonObject.Builder arguments =
                CALLS.getOrDefault(call, JsonObject.EMPTY).toBuilder().put("namespace", namespace);
        who.forEach(arguments::put);
        return convex.call(words[0], words[1], arguments.build());
    }

    private static JsonObject secret(String text) {
        return JsonObject.builder().put("secret", text).build();
    }

    /** The functions that do not refuse somebody without the secret. */
    private static Set<String> careless(LocalConvex convex) {
        Set<String> careless = new TreeSet<>();
        JsonObject refused = JsonObject.builder().put("pawl", "refused").build();
        for (JsonObject who : new JsonObject[] {JsonObject.EMPTY, secret(""), secret("x".repeat(43))}) {
            for (String call : convex.functions()) {
                JsonObject answer = answer(convex, call, who, "shop");
                boolean refuses = answer.get("errorData").equals(Optional.of(refused));
                if (!refuses || answer.toText().contains("hidden")) {
                    careless.add(call);
                }
            }
        }
        return careless;
    }

    @Test
    void everyFunctionAsksFirst() {
        try (LocalConvex convex = LocalConvex.start();
                Backend backend = convex.backend("shop").open()) {
            backend.commit(MAIN, Batch.of(row("1", "hidden")));
            assertThat(convex.functions()).containsExactlyInAnyOrderElementsOf(CALLS.keySet());
            assertThat(careless(convex)).isEmpty();
            assertThat(stored(backend, key("1"))).contains(value("hidden"));
            for (String call : CALLS.keySet()) {
                assertThat(answer(convex, call, secret(LocalConvex.SECRET), "elsewhere")
                                .get("status"))
                        .as("%s with the secret", call)
                        .contains(new JsonString("success"));
            }
        }
    }

    @Test
    void aFunctionThatForgetsToAskIsFound() {
        for (String call : CALLS.keySet()) {
            try (LocalConvex convex = LocalConvex.withoutAskingIn(call.split(":")[1])) {
                assertThat(careless(convex)).containsExactly(call);
            }
        }
    }
}
