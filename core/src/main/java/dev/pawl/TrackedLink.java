package dev.pawl;

import dev.pawl.json.JsonObject;
import dev.pawl.transport.Link;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link whose end fails what was asked of it, whatever its transport does about that: nobody waits for the answer of a
 * link that has ended.
 */
final class TrackedLink implements Link {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private final Link link;
    private final AtomicLong asks = new AtomicLong();

    /** What is not answered yet, by the number of the ask. */
    private final Map<Long, CompletableFuture<?>> asked = new ConcurrentHashMap<>();

    private final AtomicBoolean closed = new AtomicBoolean();

    TrackedLink(Link link) {
        this.link = link;
    }

    @Override
    public CompletableFuture<JsonObject> send(OutgoingMessage message) {
        return track(() -> link.send(message));
    }

    @Override
    public CompletableFuture<Void> modifyChat(String jid, JsonObject change) {
        return track(() -> link.modifyChat(jid, change));
    }

    @Override
    public CompletableFuture<String> requestPairingCode(String number) {
        return track(() -> link.requestPairingCode(number));
    }

    @Override
    public CompletableFuture<Void> logout() {
        return track(link::logout);
    }

    @Override
    public CompletableFuture<Void> disconnect() {
        return track(link::disconnect);
    }

    private <T> CompletableFuture<T> track(Supplier<CompletableFuture<T>> ask) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        long number = asks.incrementAndGet();
        asked.put(number, answer);
        if (closed.get()) {
            // whoever ended it may have looked before this was added
            fail(number);
            return answer;
        }
        CompletableFuture<T> given;
        try {
            given = ask.get();
        } catch (RuntimeException e) {
            given = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> unused = given.whenComplete((value, failure) -> {
            asked.remove(number);
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private void fail(long number) {
        CompletableFuture<?> answer = asked.remove(number);
        if (answer != null) {
            answer.completeExceptionally(TransportException.failed("the link ended before it answered"));
        }
    }

    /** Never throws, even if the transport does. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            link.close();
        } catch (RuntimeException e) {
            LOG.warn("a link failed to close", e);
        } finally {
            List.copyOf(asked.keySet()).forEach(this::fail);
        }
    }
}
