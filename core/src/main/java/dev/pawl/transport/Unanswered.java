package dev.pawl.transport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of something that may end before it answers, and is not answered yet: it fails with that end, whatever else
 * becomes of it, so that nobody waits for an answer that cannot come.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads. Answers are passed on by the thread that gives them,
 * failures by the one that ends this.
 */
public final class Unanswered {

    private final AtomicLong asks = new AtomicLong();

    /** By numbers: futures are equal to nothing. */
    private final Map<Long, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();

    private volatile boolean ended;

    /** Nothing is asked yet. */
    public Unanswered() {}

    /**
     * Asks, unless the end has come.
     *
     * @param question is not asked after the end. One that throws, whatever it is, is answered with what it throws, and one that
     *     gives nothing with an {@link IllegalStateException}.
     * @return what the question gives, or a {@link TransportException} when the end comes first
     */
    public <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        long number = asks.incrementAndGet();
        waiting.put(number, answer);
        if (ended) {
            // whoever ended this may have looked before the question was there
            fail(number, "the link has ended");
            return answer;
        }
        CompletableFuture<T> given = given(question);
        CompletableFuture<T> unused = given.whenComplete((value, failure) -> {
            waiting.remove(number);
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private static <T> CompletableFuture<T> given(Supplier<? extends @Nullable CompletableFuture<T>> question) {
        try {
            CompletableFuture<T> given = question.get();
            return given == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("the link gave no answer to wait for"))
                    : given;
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void fail(long number, String reason) {
        CompletableFuture<?> answer = waiting.remove(number);
        if (answer != null) {
            answer.completeExceptionally(TransportException.failed(reason));
        }
    }

    /** Fails what is not answered, and all that is asked from now on. Repeating it does nothing. */
    public void end() {
        ended = true;
        List.copyOf(waiting.keySet()).forEach(number -> fail(number, "the link ended before it answered"));
    }
}
