package dev.pawl.convex;

import dev.pawl.convex.CallFailure.Kind;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Calls functions of a deployment over HTTP, and calls them again when no answer comes, with pauses that grow, as long as
 * its patience lasts.
 *
 * <p><b>Thread-safety.</b> Any number of threads call at once. Interrupting one changes nothing of its call.
 */
final class Deployment implements AutoCloseable {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    /** What begins just before the end gets this long: a call that is cut off for nothing is in doubt. */
    private static final long SHORTEST_ATTEMPT = TimeUnit.SECONDS.toNanos(2);

    private static final String MUTATION = "mutation";

    /** How often a query is asked that something else answers than a deployment, as behind a wrong URL. */
    private static final int STRANGE_ANSWERS = 3;

    private static final char DELETE = 0x7f;

    private final String base;
    private final Channel channel;
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
            Channel channel,
            Optional<String> secret,
            Optional<Supplier<String>> token,
            Duration timeout,
            Duration patience) {
        this.base = base;
        this.channel = channel;
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
        return call(MUTATION, function, attempt -> arguments);
    }

    /** Has a mutation run, with arguments that say which attempt it is, the first being 1. */
    JsonValue mutation(String function, IntFunction<JsonObject> arguments) {
        return call(MUTATION, function, arguments);
    }

    private JsonValue call(String kind, String function, IntFunction<JsonObject> arguments) {
        boolean changes = kind.equals(MUTATION);
        long end = System.nanoTime() + patience.toNanos();
        boolean doubtful = false;
        for (int attempt = 1; ; attempt++) {
            long pause = pause(attempt);
            CallFailure failure;
            try {
                HttpResponse<byte[]> response = send(kind, body(function, arguments.apply(attempt)), end);
                pause = Math.max(pause, TimeUnit.SECONDS.toNanos(Reply.retryAfter(response)));
                return Reply.read(function, response);
            } catch (IOException e) {
                CallFailure unanswered = CallFailure.of(Kind.UNANSWERED, why(e), e);
                failure = isBeforeSending(e) ? unanswered : unanswered.inDoubt();
            } catch (CallFailure e) {
                failure = e;
            }
            doubtful |= failure.isDoubtful();
            if (!isWorthAnother(failure, doubtful, changes, attempt) || System.nanoTime() + pause - end >= 0) {
                throw doubtful ? failure.inDoubt() : failure;
            }
            park(pause);
        }
    }

    private static boolean isWorthAnother(CallFailure failure, boolean doubtful, boolean changes, int attempt) {
        return switch (failure.kind()) {
            case UNANSWERED, RACED -> true;
            // What was asked for may have been done: it is asked again as long as that may still be found out.
            case TOKEN -> doubtful;
            case STRANGE -> changes || attempt < STRANGE_ANSWERS;
            default -> false;
        };
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
        token.ifPresent(current -> request.header("Authorization", "Bearer " + text(current)));
        return await(sent(request.build()), left);
    }

    /** A client that was given may fail in any way, after it sent something too. */
    private CompletableFuture<HttpResponse<byte[]>> sent(HttpRequest request) throws IOException {
        try {
            return channel.client().sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (RuntimeException e) {
            throw new IOException("the HTTP client failed", e);
        }
    }

    /** A header that is not taken would stand in the message of whoever does not take it. */
    private static String text(Supplier<String> token) {
        String text;
        try {
            text = Objects.requireNonNull(token.get(), "no token");
        } catch (RuntimeException e) {
            throw CallFailure.of(Kind.TOKEN, "what gives this client its token failed", e);
        }
        if (text.isEmpty() || !text.chars().allMatch(letter -> letter > ' ' && letter < DELETE)) {
            throw CallFailure.of(
                    Kind.TOKEN, "the token of this client is empty or has a character that no header takes");
        }
        return text;
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

    /** Ends the client, where it is ours. */
    @Override
    public void close() {
        channel.close();
    }
}
