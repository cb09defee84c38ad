package dev.pawl.convex;

import dev.pawl.convex.CallFailure.Kind;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what comes back for a call. Only what has the shape that Convex gives its answers says what became of the call: a
 * proxy or a broken connection may put anything else in its place, after the function ran.
 */
final class Reply {

    private static final int SUCCESS = 200;
    private static final int FUNCTION_FAILED = 560;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;
    private static final Pattern REQUEST_ID = Pattern.compile("\\[Request ID: ([0-9A-Za-z]{1,40})]");

    private Reply() {}

    /**
     * The value that a function returned.
     *
     * @throws CallFailure when it returned none, of kind {@link Kind#UNANSWERED} when it may do so when it is asked again
     */
    static JsonValue read(String function, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        Optional<JsonObject> body = object(response.body());
        if (status == SUCCESS || status == FUNCTION_FAILED) {
            return body.flatMap(answer -> answer(function, answer))
                    .orElseThrow(() -> CallFailure.of(
                                    Kind.STRANGE, "what answers there is no Convex deployment: check the URL")
                            .inDoubt());
        }
        Optional<String> code = body.filter(answer -> !text(answer, "message").isEmpty())
                .map(answer -> text(answer, "code"))
                .filter(said -> !said.isEmpty());
        String said = "it answers with status " + status;
        if (status == TOO_MANY) {
            CallFailure later = CallFailure.of(Kind.UNANSWERED, said);
            throw code.isPresent() ? later : later.inDoubt();
        }
        if (status > SUCCESS && status / 100 == 5) {
            throw code.filter("OptimisticConcurrencyControlFailure"::equals).isPresent()
                    ? CallFailure.of(
                            Kind.RACED, "others changed the same documents each time, so that this call did nothing")
                    : CallFailure.of(Kind.UNANSWERED, said).inDoubt();
        }
        if (code.isPresent() && (status == 401 || status == 403)) {
            // One that has run out is followed by another, where a repeat may still find out what became of the first
            // attempt.
            throw CallFailure.of(Kind.TOKEN, "it does not take the token of this client");
        }
        if (code.isPresent() && status != NOT_FOUND) {
            throw CallFailure.of(Kind.REJECTED, "it does not take this call (status " + status + ")");
        }
        String where = "no Convex deployment answers there (status " + status + "): check the URL";
        throw code.isPresent()
                ? CallFailure.of(Kind.REJECTED, where)
                : CallFailure.of(Kind.STRANGE, where).inDoubt();
    }

    /** How long the deployment wants to be left alone, s. */
    static long retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("\\d{1,4}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private static Optional<JsonObject> object(byte[] body) {
        try {
            return JsonValue.parse(body) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonValue> answer(String function, JsonObject answer) {
        String status = text(answer, "status");
        if (status.equals("error") && answer.get("errorMessage").orElse(JsonObject.EMPTY) instanceof JsonString said) {
            throw failure(function, answer, said.value());
        }
        return status.equals("success") ? answer.get("value") : Optional.empty();
    }

    private static CallFailure failure(String function, JsonObject answer, String said) {
        if (answer.get("errorData").orElse(JsonObject.EMPTY) instanceof JsonObject known) {
            switch (text(known, "pawl")) {
                case "refused":
                    return CallFailure.of(
                            Kind.REFUSED,
                            "it refuses the secret or identity of this client: CONVEX_SECRET, or the builder's secret,"
                                    + " has to be what PAWL_SECRET is there");
                case "closed":
                    return CallFailure.of(
                            Kind.CLOSED,
                            "it has no secret and refuses everybody: set PAWL_SECRET there, with 32 characters or more");
                case "much":
                    return CallFailure.of(
                            Kind.MUCH, "the rows that this batch is about have too many bytes together: split it");
                case "damaged":
                    return CallFailure.damaged(text(known, "key"));
                default:
                    break;
            }
        }
        if (said.contains("Could not find") && said.contains(function)) {
            return CallFailure.of(
                    Kind.MISSING, "the function " + function + " is not there: deploy the functions of Pawl first");
        }
        Matcher id = REQUEST_ID.matcher(said);
        return CallFailure.of(
                Kind.FAILED,
                "the function " + function + " failed" + (id.find() ? " (request " + id.group(1) + ")" : "")
                        + ", of which its log says more");
    }

    private static String text(JsonObject object, String member) {
        return object.get(member).orElse(JsonObject.EMPTY) instanceof JsonString text ? text.value() : "";
    }
}
