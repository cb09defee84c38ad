package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerQueueTest {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final ListenerQueue queue = new ListenerQueue(SessionName.DEFAULT);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void end() {
        gate.countDown();
        queue.close();
    }

    /** Keeps the thread busy, so that what is added waits. */
    private void holdUp() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        queue.add(() -> {
            begun.countDown();
            awaitGate();
        });
        begun.await();
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatThrowsEndsNothingButItself() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        queue.add(() -> {
            queue.add(told::countDown);
            throw new LinkageError("for the test");
        });
        assertThat(told.await(PATIENCE, TimeUnit.NANOSECONDS)).isTrue();

        queue.add(() -> {
            queue.close();
            throw new LinkageError("for the test");
        });
        assertThat(queue.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    void thereIsRoomForAThousandEventsOrSomeBigOnes() throws InterruptedException {
        holdUp();
        for (int i = 0; i < ListenerQueue.ROOM; i++) {
            assertThat(hasRoom()).as("%d", i).isTrue();
            queue.addEvent(() -> {}, 1);
        }
        assertThat(hasRoom()).isFalse();
    }

    @Test
    void bigEventsTakeMoreRoom() throws InterruptedException {
        holdUp();
        queue.addEvent(() -> {}, ListenerQueue.ROOM_BYTES);
        assertThat(hasRoom()).isFalse();
    }

    @Test
    void whoeverAwaitsAnAnswerGetsMoreRoomButNotAllThereIs() throws InterruptedException {
        holdUp();
        queue.addEvent(() -> {}, ListenerQueue.ROOM_BYTES);
        queue.beginAwaitingAnswer();
        assertThat(hasRoom()).isTrue();
        queue.addEvent(() -> {}, ListenerQueue.MORE_ROOM_BYTES);
        assertThat(hasRoom()).isFalse();
        queue.endAwaitingAnswer();
    }

    /** Its answer comes in behind what waits for it. What others wait for is no reason to take so much into memory. */
    @Test
    void aListenerThatAwaitsAnAnswerGetsMostRoom() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        queue.add(() -> {
            queue.beginAwaitingAnswer();
            begun.countDown();
            awaitGate();
            queue.endAwaitingAnswer();
        });
        begun.await();
        queue.addEvent(ended::countDown, ListenerQueue.MORE_ROOM_BYTES);
        assertThat(hasRoom()).isTrue();
        queue.addEvent(() -> {}, ListenerQueue.MOST_ROOM_BYTES);
        assertThat(hasRoom()).isFalse();
        gate.countDown();
        ended.await();
    }

    @Test
    void whoeverElseAwaitsOneGetsLess() throws InterruptedException {
        holdUp();
        queue.beginAwaitingAnswer();
        for (int i = 0; i < ListenerQueue.MORE_ROOM; i++) {
            assertThat(hasRoom()).isTrue();
            queue.addEvent(() -> {}, 1);
        }
        assertThat(hasRoom()).isFalse();
        queue.endAwaitingAnswer();
    }

    @Test
    void anAnswerThatBeginsToBeAwaitedWakesWhoWaitsForRoom() throws Exception {
        holdUp();
        queue.addEvent(() -> {}, ListenerQueue.ROOM_BYTES);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(queue::awaitRoom);
        assertThatThrownBy(() -> waiting.get(100, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        queue.beginAwaitingAnswer();
        waiting.get(20, TimeUnit.SECONDS);
    }

    @Test
    void roomThatIsMadeIsUsed() throws Exception {
        holdUp();
        queue.addEvent(() -> {}, ListenerQueue.ROOM_BYTES);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(queue::awaitRoom);
        gate.countDown();
        waiting.get(20, TimeUnit.SECONDS);
    }

    @Test
    void theEndRunsWhatWaitsAndTakesNothingMore() throws InterruptedException {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        holdUp();
        queue.add(() -> ran.add(1));
        queue.addEvent(() -> ran.add(2), 1);
        queue.close();
        queue.add(() -> ran.add(3));
        gate.countDown();
        assertThat(queue.awaitEnd(PATIENCE)).isTrue();
        assertThat(ran).containsExactly(1, 2);
    }

    /** Asked by a thread that is interrupted, who would have to wait says so. */
    private boolean hasRoom() {
        Thread.currentThread().interrupt();
        try {
            queue.awaitRoom();
            return true;
        } catch (CancellationException e) {
            return false;
        } finally {
            Thread.interrupted();
        }
    }
}
