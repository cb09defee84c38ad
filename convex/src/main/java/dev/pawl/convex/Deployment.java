package dev.pawl.convex;

import dev.pawl.convex.CallFailure.Kind;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Calls functions of a deployment over HTTP, and calls them again when no answer comes, with pauses that grow, as long as
 * its patience lasts.
 *
 * <p><b>Thread-safety.</b> Any number of threads call at once. Interrupting one changes nothing of its call.
 */
final class Deployment {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    /** What begins just before the end gets this long: a call that is cut off for nothing is in doubt. */
    private static final long SHORTEST_ATTEMPT = TimeUnit.SECONDS.toNanos(2);

    private static final Pattern REQUEST_ID = Pattern.compile("\\[Request ID: ([0-9A-Za-z]{1,40})]");

    private final String base;
    private final HttpClient client;
    private final Optional<String> secret;
    private final Optional<Supplier<String>> token;
    private final Duration timeout;
    private final Duration patience;

    /**
     * A deployment.
     *
     * @param base its URL, without a slash at the end
     * @param secret what our functions want to see, where that is a secret
     * @param token gives a token for each request, where an identity is wanted
     * @param timeout for one attempt
     * @param patience for all attempts
     */
    Deployment(
            String base,
            HttpClient client,
            Optional<String> secret,
            Optional<Supplier<String>> token,
            Duration timeout,
            Duration patience) {
        this.base = base;
        this.client = client;
        this.secret = secret;
        this.token = token;
        this.timeout = timeout;
        this.patience = patience;
    }

    /** Arguments of our functions, which begin with the secret. */
    JsonObject.Builder arguments(String namespace) {
        JsonObject.Builder arguments = JsonObject.builder();
        secret.ifPresent(text -> arguments.put("secret", text));
        return arguments.put("namespace", namespace);
    }

    /** Asks a query. */
    JsonValue query(String function, JsonObject arguments) {
        return call("query", function, attempt -> arguments);
    }

    /** Has a mutation run that does no harm when it runs twice, also later. */
    JsonValue mutation(String function, JsonObject arguments) {
        return call("mutation", function, attempt -> arguments);
    }

    /** Has a mutation run, with arguments that say which attempt it is, the first being 1. */
    JsonValue mutation(String function, IntFunction<JsonObject> arguments) {
        return call("mutation", function, arguments);
    }

    private JsonValue call(String kind, String function, IntFunction<JsonObject> arguments) {
        long end = System.nanoTime() + patience.toNanos();
        boolean doubtful = false;
        for (int attempt = 1; ; attempt++) {
            long pause = pause(attempt);
            CallFailure failure;
            try {
                HttpResponse<byte[]> response = send(kind, body(function, arguments.apply(attempt)), end);
                if (!isPassing(response.statusCode())) {
                    return answer(function, response);
                }
                doubtful |= response.statusCode() != 429;
                pause = Math.max(pause, retryAfter(response));
                failure = CallFailure.unanswered(
                        "it answers with status " + response.statusCode(), doubtful, new IOException("no answer"));
            } catch (IOException e) {
                doubtful |= !isBeforeSending(e);
                failure = CallFailure.unanswered(why(e), doubtful, e);
            } catch (CallFailure e) {
                throw doubtful ? e.inDoubt() : e;
            }
            if (System.nanoTime() + pause - end >= 0) {
                throw failure;
            }
            park(pause);
        }
    }

    private static byte[] body(String function, JsonObject arguments) {
        return JsonObject.builder()
                .put("path", function)
                .put("format", "convex_encoded_json")
                .put("args", JsonArray.of(arguments))
                .build()
                .toText()
                .getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> send(String kind, byte[] body, long end) throws IOException {
        long left = Math.min(timeout.toNanos(), Math.max(end - System.nanoTime(), SHORTEST_ATTEMPT));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/" + kind))
                .header("Content-Type", "application/json")
                .header("Convex-Client", "pawl-0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        token.ifPresent(current -> request.header("Authorization", "Bearer " + current.get()));
        return await(client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray()), left);
    }

    /** Waits for an answer. Who is interrupted waits as well and sees it afterwards: half an answer is of no use. */
    private static HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> answer, long nanos)
            throws IOException {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    answer.cancel(true);
                    throw new HttpTimeoutException("no answer in time");
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isPassing(int status) {
        return status == 429 || (status >= 500 && status != 560);
    }

    private static boolean isBeforeSending(IOException failure) {
        return failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof SSLHandshakeException;
    }

    private static String why(IOException failure) {
        if (failure instanceof ConnectException) {
            return "it is not reached: check the URL and the network";
        }
        if (failure instanceof HttpTimeoutException) {
            return "it does not answer in time";
        }
        return failure instanceof SSLException
                ? "TLS is not agreed on: check that the certificate is trusted and has the name of the host"
                : "the connection breaks off";
    }

    private static long pause(int attempt) {
        long longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(attempt - 1, 10));
        return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2);
    }

    private static long retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("\\d{1,4}"))
                .map(seconds -> TimeUnit.SECONDS.toNanos(Long.parseLong(seconds)))
                .orElse(0L);
    }

    private static void park(long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonValue answer(String function, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == 401 || status == 403) {
            throw CallFailure.of(Kind.REJECTED, "it does not take the token of this client");
        }
        if (status != 200 && status != 560) {
            throw CallFailure.of(
                    Kind.REJECTED, "no Convex deployment answers there (status " + status + "): check the URL");
        }
        JsonObject answer;
        try {
            answer = (JsonObject) JsonValue.parse(response.body());
        } catch (JsonException | ClassCastException e) {
            throw CallFailure.of(Kind.REJECTED, "what answers there is no Convex deployment: check the URL");
        }
        Optional<JsonValue> value = answer.get("value");
        if (value.isPresent() && text(answer, "status").equals("success")) {
            return value.get();
        }
        throw failure(function, answer);
    }

    private static CallFailure failure(String function, JsonObject answer) {
        if (answer.get("errorData").orElse(JsonObject.EMPTY) instanceof JsonObject known) {
            switch (text(known, "pawl")) {
                case "refused":
                    return CallFailure.of(Kind.REFUSED, "it refuses the secret or identity of this client");
                case "closed":
                    return CallFailure.of(
                            Kind.CLOSED,
                            "it has no secret and refuses everybody: set PAWL_SECRET there, with 32 characters or more");
                case "damaged":
                    return CallFailure.damaged(text(known, "key"));
                default:
                    break;
            }
        }
        String said = text(answer, "errorMessage");
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
