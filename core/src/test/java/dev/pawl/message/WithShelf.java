package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.message.BindingOptions.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A test of bindings to a store that only keeps a list. */
@Timeout(60)
abstract class WithShelf {

    static final Duration LONG = Duration.ofSeconds(50);

    final Shelf shelf = new Shelf();
    final Tap tap = new Tap();
    final Bindings bindings = new Bindings(() -> shelf);
    final List<Problem> problems = new CopyOnWriteArrayList<>();

    @AfterEach
    void endThreads() {
        shelf.calls.release(1_000_000);
        bindings.close();
    }

    Binding bind(int queued, int batch, Duration longestWait) {
        return bindings.bind(
                tap,
                new BindingOptions(
                        queued, batch, longestWait, Duration.ofNanos(1), Duration.ofNanos(100), problems::add));
    }

    Binding bind() {
        return bind(10_000, 1_000, Duration.ZERO);
    }

    static List<Long> numbers(long first, long end) {
        return LongStream.range(first, end).boxed().toList();
    }

    /** What it takes to know that a thread waits, without a clock. */
    static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }

    static Thread started(Runnable work) {
        Thread thread = new Thread(work, "source of a test");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
