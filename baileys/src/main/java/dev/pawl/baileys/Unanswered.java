package dev.pawl.baileys;

import dev.pawl.json.JsonValue;
import dev.pawl.transport.TransportException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What was asked of one link and is not answered yet. It fails when the link ends: Baileys may go on waiting for the server
 * for a minute, and whoever asked must not.
 */
final class Unanswered {

    /** By numbers: futures are equal to nothing. */
    private final Map<Long, CompletableFuture<JsonValue>> waiting = new ConcurrentHashMap<>();

    private final AtomicLong asked = new AtomicLong();
    private volatile boolean ended;

    /** Asks, unless the link has ended. */
    CompletableFuture<JsonValue> ask(Supplier<CompletableFuture<JsonValue>> question) {
        if (ended) {
            return CompletableFuture.failedFuture(failure());
        }
        CompletableFuture<JsonValue> answer = question.get();
        long number = asked.incrementAndGet();
        waiting.put(number, answer);
        CompletableFuture<JsonValue> watched = answer.whenComplete((value, failure) -> waiting.remove(number));
        if (ended) {
            fail();
        }
        return watched;
    }

    /** From now on nothing is answered. */
    void end() {
        ended = true;
        fail();
    }

    private void fail() {
        waiting.values().forEach(answer -> answer.completeExceptionally(failure()));
    }

    private static TransportException failure() {
        return TransportException.failed("the link has ended");
    }
}
