package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.RawEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventQueueTest {

    private final EventQueue queue = new EventQueue(100, EventQueue.HEAVIEST);

    private void put(long number) {
        queue.put(Shelf.event(number), IllegalStateException::new);
    }

    @Test
    void whatComesInAStreamWaitsForOthersButNotForAFlush() throws Exception {
        long tomorrow = System.nanoTime() + Duration.ofDays(1).toNanos();
        CompletableFuture<List<RawEvent>> next = new CompletableFuture<>();
        Thread storing = new Thread(() -> next.complete(queue.next(10, 0, tomorrow)));
        storing.start();
        put(0);
        while (storing.getState() != Thread.State.TIMED_WAITING) {
            assertThat(next).isNotDone();
            Thread.onSpinWait();
        }
        put(1);

        assertThat(queue.awaitDone(0)).isFalse();
        assertThat(next.get(20, TimeUnit.SECONDS)).hasSize(2);
    }

    @Test
    void whatFillsABatchWaitsForNothing() {
        put(0);
        put(1);
        assertThat(queue.next(2, 0, System.nanoTime() + Duration.ofDays(1).toNanos()))
                .hasSize(2);
    }

    @Test
    void whatComesAfterARestIsTakenAtOnce() {
        long begun = System.nanoTime();
        put(0);
        assertThat(queue.next(10, 0, begun)).hasSize(1);
    }
}
