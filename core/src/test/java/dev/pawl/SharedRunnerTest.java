package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Clients of one session that come and go while the store takes its time. */
class SharedRunnerTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** Holds its next commit up when it is asked to. */
    private static final class Slow extends ForwardingBackend {

        private final AtomicBoolean holds = new AtomicBoolean();
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);

        Slow() {
            super(new MemoryBackend());
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            if (holds.getAndSet(false)) {
                held.countDown();
                await(go);
            }
            super.commit(session, batch);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void begin(SharedRunner runner, Object client, JobStore store, CountDownLatch sent) {
        try {
            runner.begin(client, store, job -> sent.countDown(), RateLimit.NONE, event -> {});
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What ends it finds nothing yet, and the next client would be told for ever that somebody sends these jobs already. */
    @Test
    void whoEndsWhileItBeginsSendsNothing() throws Exception {
        CountDownLatch sentByFirst = new CountDownLatch(1);
        CountDownLatch sentBySecond = new CountDownLatch(1);
        try (Slow backend = new Slow();
                SharedRunner runner = SharedRunner.of(backend);
                JobStore first = JobStore.open(backend, SessionName.DEFAULT);
                JobStore second = JobStore.open(backend, SessionName.DEFAULT)) {
            backend.holds.set(true);
            CompletableFuture<Void> beginning =
                    CompletableFuture.runAsync(() -> begin(runner, "first", first, sentByFirst));
            await(backend.held);

            runner.end("first", first, LONG);
            backend.go.countDown();
            beginning.get(LONG.toSeconds(), TimeUnit.SECONDS);

            second.schedule(Instant.now(), "ana", JsonObject.EMPTY);
            begin(runner, "second", second, sentBySecond);
            await(sentBySecond);
            assertThat(sentByFirst.getCount()).isEqualTo(1);
        }
    }
}
