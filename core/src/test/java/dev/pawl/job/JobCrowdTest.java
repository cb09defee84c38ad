package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many sessions of one runner on a store that is far away. */
@Timeout(60)
class JobCrowdTest {

    private static final int SESSIONS = 40;

    /** A backend whose commits take their time, and how many were under way at once. */
    private static final class FarAway extends ForwardingBackend {
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        FarAway(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            boolean counts = batch.puts().stream().anyMatch(row -> row.key().family() == Family.JOB);
            int now = underWay.addAndGet(counts ? 1 : 0);
            most.accumulateAndGet(now, Math::max);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            underWay.addAndGet(counts ? -1 : 0);
            super.commit(session, batch);
        }
    }

    /** Else forty claims, one after the other, would bound what fifty accounts send in a second. */
    @Test
    void sessionsDoNotWaitForTheClaimsOfEachOther() throws Exception {
        CountDownLatch sent = new CountDownLatch(SESSIONS);
        CountDownLatch release = new CountDownLatch(1);
        FarAway far = new FarAway(new MemoryBackend());
        List<JobStore> stores = crowd(far);
        JobRunner runner = JobRunner.builder()
                .rate(RateLimit.NONE)
                .concurrency(Integer.MAX_VALUE)
                .start();
        try {
            for (JobStore store : stores) {
                runner.add(store, job -> {
                    sent.countDown();
                    // nothing is noted meanwhile, so that only claims are under way
                    release.await();
                });
            }
            assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(far.most).hasValueBetween(2, 8);
        } finally {
            release.countDown();
            runner.close();
        }
        stores.forEach(store -> assertThat(store.counts().done()).isEqualTo(1));
        stores.forEach(JobStore::close);
        far.close();
    }

    @Test
    void noMoreAreClaimedThanMayBeSentAtOnce() throws Exception {
        CountDownLatch sent = new CountDownLatch(SESSIONS);
        AtomicInteger sending = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        FarAway far = new FarAway(new MemoryBackend());
        List<JobStore> stores = crowd(far);
        try (JobRunner runner =
                JobRunner.builder().rate(RateLimit.NONE).concurrency(3).start()) {
            for (JobStore store : stores) {
                runner.add(store, job -> {
                    most.accumulateAndGet(sending.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                    sending.decrementAndGet();
                    sent.countDown();
                });
            }
            assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(most).hasValueBetween(1, 3);
        stores.forEach(store -> assertThat(store.counts().done()).isEqualTo(1));
        stores.forEach(JobStore::close);
        far.close();
    }

    private static List<JobStore> crowd(Backend backend) {
        List<JobStore> stores = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            JobStore store = JobStore.open(backend, SessionName.of("s" + i));
            store.schedule(Instant.now(), "ana", World.text("x"));
            stores.add(store);
        }
        return stores;
    }
}
