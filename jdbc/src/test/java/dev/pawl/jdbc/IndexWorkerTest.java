package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class IndexWorkerTest {

    private final AtomicInteger steps = new AtomicInteger();

    /** Each step takes so many changes, and there are always more. */
    private IndexWorker worker(int each) {
        return new IndexWorker("here", () -> {
            steps.incrementAndGet();
            return each;
        });
    }

    @Test
    void whatWasAskedForIsTakenInItsTime() {
        try (IndexWorker worker = worker(500)) {
            assertThat(worker.take(1_700, Duration.ofMinutes(1))).isTrue();
            assertThat(worker.take(1, Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
        }
        assertThat(steps).hasValue(5);
    }

    @Test
    void whoCommitsHelpsWhenTooManyWait() {
        AtomicInteger left = new AtomicInteger();
        IntSupplier step = () -> {
            synchronized (left) {
                int taken = Math.min(IndexWorker.STEP, left.get());
                left.addAndGet(-taken);
                return taken;
            }
        };
        try (IndexWorker worker = new IndexWorker("here", step, 2_000)) {
            for (int commit = 0; commit < 20; commit++) {
                left.addAndGet(700);
                worker.noted(700);
                assertThat(left.get()).isLessThanOrEqualTo(2_000 + 700);
            }
        }
    }

    @Test
    void nobodyWaitsLongerThanHeSaid() {
        try (IndexWorker worker = worker(1)) {
            assertThat(worker.take(Long.MAX_VALUE, Duration.ofMillis(500))).isFalse();
        }
        assertThat(steps).hasPositiveValue();
    }

    @Test
    void withoutTimeNothingIsTaken() {
        try (IndexWorker worker = worker(1)) {
            assertThat(worker.take(1, Duration.ZERO)).isFalse();
            assertThat(worker.take(1, Duration.ofNanos(-1))).isFalse();
            assertThat(worker.take(0, Duration.ZERO)).isTrue();
        }
        assertThat(steps).hasValue(0);
    }
}
