package dev.pawl.convex;

import dev.pawl.json.JsonObject;
import java.util.stream.Stream;

/** What may befall calls of a function, as {@code stand-in/server.mjs} says. */
final class Fault {

    private Fault() {}

    /** The connection breaks before the function runs. */
    static JsonObject lostRequest(String function) {
        return of(function, "drop").build();
    }

    /** The function runs, and the connection breaks before its answer. */
    static JsonObject lostAnswer(String function) {
        return of(function, "drop").put("after", true).build();
    }

    /** The server says this, and the function does not run. */
    static JsonObject status(String function, int status) {
        return of(function, "status").put("status", status).build();
    }

    /** The function runs, and the server says this. */
    static JsonObject statusAfter(String function, int status) {
        return of(function, "status").put("status", status).put("after", true).build();
    }

    /** The function runs, and something that is no deployment puts this in place of its answer. */
    static JsonObject strange(String function, int status, String text) {
        return statusAfter(function, status).toBuilder().put("text", text).build();
    }

    /** Another function is called before this one runs. */
    static JsonObject first(String function, String kind, String other, JsonObject arguments) {
        JsonObject call = JsonObject.builder()
                .put("kind", kind)
                .put("path", other)
                .put("args", arguments)
                .build();
        return of(function, "first").put("call", call).build();
    }

    /** The connection breaks, and the call arrives when it is told to. */
    static JsonObject late(String function) {
        return of(function, "late").build();
    }

    /** The function ran beside others so many times, and runs again. */
    static JsonObject beside(String function, int times) {
        return of(function, "conflict").put("count", times).build();
    }

    /** Nobody answers. */
    static JsonObject silence(String function) {
        return of(function, "hang").build();
    }

    /** The same, so many times. */
    static JsonObject times(int times, JsonObject fault) {
        return fault.toBuilder().put("times", times).build();
    }

    /** The same, after so many calls that nothing befalls. */
    static JsonObject after(int calls, JsonObject fault) {
        return fault.toBuilder().put("skip", calls).build();
    }

    /** What may befall a mutation once and is got over. */
    static Stream<JsonObject> all(String function) {
        return Stream.of(
                lostRequest(function),
                lostAnswer(function),
                status(function, 429),
                status(function, 500),
                statusAfter(function, 500),
                statusAfter(function, 502),
                beside(function, 2),
                beside(function, 100));
    }

    private static JsonObject.Builder of(String function, String what) {
        return JsonObject.builder().put("path", function).put("what", what).put("times", 1);
    }
}
