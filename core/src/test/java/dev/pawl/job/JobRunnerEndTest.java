package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.lease.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How runners end: what is in flight is waited for and noted, by everybody but itself. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JobRunnerEndTest {

    private static final Instant DUE = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final AtomicInteger SCHEDULED = new AtomicInteger();

    private final MemoryBackend backend = new MemoryBackend();
    private final JobStore store = JobStore.open(backend, SessionName.DEFAULT);
    private final List<JobEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch sending = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        store.close();
        backend.close();
    }

    private JobRunner.Builder builder() {
        return JobRunner.builder().rate(RateLimit.NONE).onEvent(events::add);
    }

    /** Each a millisecond behind the one before: of one time, whose id is less goes first. */
    private static String schedule(JobStore jobs) {
        Instant due = DUE.plusMillis(SCHEDULED.incrementAndGet());
        return jobs.schedule(due, "a@lid", World.text("x")).id();
    }

    private JobState state(String id) {
        try (JobStore reading = JobStore.openReadOnly(backend, SessionName.DEFAULT)) {
            return reading.find(id).orElseThrow().state();
        }
    }

    /** Before the end of the block in which it is open. */
    private static void close(JobRunner runner) {
        runner.close();
    }

    /** Sends when it is let. */
    private void sendSlowly(Job job) throws InterruptedException {
        sending.countDown();
        release.await();
        order.add("sent");
    }

    private static void await(BooleanSupplier reached) {
        while (!reached.getAsBoolean()) {
            // the timeout of a test interrupts it
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Begins to close something in another thread and returns when that waits for who is at work: nothing more is taken then. */
    private Thread waiting(Runnable action) {
        Thread thread = new Thread(() -> {
            action.run();
            order.add("ended");
        });
        thread.start();
        // it may wait before for a lock that the runner has for a moment
        await(() -> Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitEnd")));
        return thread;
    }

    private static boolean isBeating(Backend on) {
        return on.scan(SessionName.PAWL, Scan.of(Family.LEASE)).items().stream()
                .anyMatch(row -> row.key().id().startsWith("node:"));
    }

    @Test
    void aStoreThatHangsWhileItIsAddedHoldsUpNobodyWhoLeaves() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Backend hanging = new ForwardingBackend(new MemoryBackend()) {
            @Override
            public void commit(SessionName session, Batch batch) {
                asked.countDown();
                awaitRelease();
                super.commit(session, batch);
            }
        };
        try (JobStore other = JobStore.open(hanging, SessionName.DEFAULT);
                JobRunner runner = builder().start()) {
            runner.add(store, job -> {});
            CompletableFuture<Void> adding = inThread(() -> runner.add(other, job -> {}));
            asked.await();
            try {
                inThread(() -> runner.remove(store)).get(20, TimeUnit.SECONDS);
                assertThat(adding).isNotDone();
            } finally {
                release.countDown();
            }
            adding.get(20, TimeUnit.SECONDS);
        }
    }

    /** Not in the common pool, which may have a single thread. */
    private static CompletableFuture<Void> inThread(Runnable action) {
        return CompletableFuture.runAsync(action, work -> new Thread(work).start());
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSenderThatClosesItsRunnerIsNotWaitedForAndItsJobIsNoted() throws Exception {
        try (JobRunner runner = builder().start()) {
            String id = schedule(store);
            CountDownLatch closed = new CountDownLatch(1);
            runner.add(store, job -> {
                close(runner);
                closed.countDown();
            });

            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
            close(runner);
            assertThat(state(id)).isEqualTo(JobState.DONE);
            assertThat(isBeating(backend)).isFalse();
        }
    }

    @Test
    void aListenerThatClosesItsRunnerIsNotWaitedFor() throws Exception {
        for (boolean missed : List.of(true, false)) {
            CountDownLatch closed = new CountDownLatch(1);
            AtomicReference<JobRunner> self = new AtomicReference<>();
            JobRunner.Builder how = builder().onEvent(event -> {
                self.get().close();
                closed.countDown();
            });
            // of what was missed the thread that looks is told, of what was sent the one that sent it
            try (JobRunner runner = (missed ? how.skipAfter(Duration.ofDays(1)) : how).start()) {
                self.set(runner);
                store.schedule(missed ? Instant.EPOCH : Instant.now(), "a@lid", World.text("x"));
                runner.add(store, job -> {});
                assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(runner.stop(Duration.ofSeconds(10))).isTrue();
            }
        }
        assertThat(events).extracting(JobEvent::getClass).contains(JobEvent.Missed.class, JobEvent.Sent.class);
    }

    @Test
    void twoSendersThatCloseTheirRunnerDoNotWaitForEachOther() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        CountDownLatch closed = new CountDownLatch(2);
        try (JobStore other = JobStore.open(backend, SessionName.of("other"));
                JobRunner runner = builder().start()) {
            for (JobStore each : List.of(store, other)) {
                schedule(each);
                runner.add(each, job -> {
                    both.await();
                    close(runner);
                    closed.countDown();
                });
            }
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
            close(runner);
            assertThat(store.counts().done() + other.counts().done()).isEqualTo(2);
        }
    }

    @Test
    void whoClosesARunnerBesideRunDueInAnotherThreadWaitsForTheJobInFlight() throws Exception {
        String first = schedule(store);
        JobRunner runner = builder().build();
        runner.add(store, this::sendSlowly);
        Thread running = new Thread(runner::runDue);
        running.start();
        sending.await();
        schedule(store);

        Thread closing = waiting(runner::close);
        release.countDown();
        closing.join();

        assertThat(order).containsExactly("sent", "ended");
        assertThat(state(first)).isEqualTo(JobState.DONE);
        assertThat(store.counts().waiting()).isEqualTo(1);
        assertThat(isBeating(backend)).isFalse();
        running.join();
    }

    @Test
    void aSenderOfRunDueThatClosesItsRunnerIsNotWaitedFor() {
        schedule(store);
        schedule(store);
        JobRunner runner = builder().build();
        runner.add(store, job -> runner.close());

        assertThat(runner.runDue()).isEqualTo(1);

        assertThat(store.counts()).isEqualTo(new JobCounts(0, 1, 0, 1, 0, 0, 0));
        assertThat(isBeating(backend)).isFalse();
        assertThat(runner.runDue()).isZero();
    }

    @Test
    void aSessionThatIsRetiredWhileAJobIsInFlightDoesNotKeepTheRunnerFromEnding() throws Exception {
        try (JobRunner runner = builder().start()) {
            schedule(store);
            runner.add(store, this::sendSlowly);
            sending.await();
            LeaseRecord retired = new LeaseRecord(new LeaseState.Retired("native:elsewhere"), Optional.empty());
            backend.commit(SessionName.DEFAULT, Batch.of(Row.of(JobAccess.KEY, retired.toBytes())));
            release.countDown();
            await(() -> !events.isEmpty());

            close(runner);

            assertThat(events).last().isInstanceOf(JobEvent.Lost.class);
        }
    }

    @Test
    void aRunnerThatIsRemovedFromAllSessionsOfABackendBeatsThereNoMore() throws Exception {
        try (MemoryBackend second = new MemoryBackend();
                JobStore elsewhere = JobStore.open(second, SessionName.DEFAULT);
                JobStore other = JobStore.open(backend, SessionName.of("other"));
                JobRunner runner = builder().start()) {
            runner.add(elsewhere, job -> {});
            runner.add(store, job -> {});
            runner.add(other, job -> {
                runner.remove(other);
                sendSlowly(job);
            });
            runner.remove(store);
            assertThat(isBeating(backend)).isTrue();
            String id = schedule(other);
            sending.await();
            assertThat(isBeating(backend)).as("it is sending yet").isTrue();
            release.countDown();
            await(() -> !isBeating(backend));
            assertThat(other.find(id).orElseThrow().state()).isEqualTo(JobState.DONE);
            assertThat(isBeating(second)).isTrue();
        }
    }

    @Test
    void aFrontDoorThatIsClosedWaitsUntilTheJobInFlightIsNoted() throws Exception {
        try (JobRunner runner = builder().start()) {
            Pawl pawl = Pawl.of(backend);
            String id = schedule(pawl.jobs());
            runner.add(pawl.jobs(), this::sendSlowly);
            sending.await();
            schedule(pawl.jobs());

            Thread closing = waiting(pawl::close);
            release.countDown();
            closing.join();

            assertThat(order).containsExactly("sent", "ended");
            assertThat(state(id)).isEqualTo(JobState.DONE);
            assertThat(store.counts().waiting()).isEqualTo(1);
        }
    }

    @Test
    void aStoreThatIsClosedInASenderIsNotWaitedFor() throws Exception {
        try (JobRunner runner = builder().start()) {
            AtomicBoolean interrupted = new AtomicBoolean();
            JobStore own = JobStore.open(backend, SessionName.DEFAULT);
            schedule(own);
            runner.add(own, job -> {
                own.close();
                interrupted.set(Thread.currentThread().isInterrupted());
                sending.countDown();
            });

            sending.await();
            assertThat(interrupted).as("as it is who was waited for in vain").isFalse();
        }
    }

    @Test
    void aSessionWhoseStoreWasClosedCanBeAddedAgain() {
        JobRunner runner = builder().build();
        try (JobStore before = JobStore.open(backend, SessionName.DEFAULT)) {
            runner.add(before, job -> {});
        }
        runner.add(store, job -> {});
        String id = schedule(store);

        assertThat(runner.runDue()).isEqualTo(1);

        assertThat(state(id)).isEqualTo(JobState.DONE);
        runner.close();
    }

    @Test
    void whatClosingStoresWaitForDoesNotAddUpAndIsInterruptedInTheEnd() throws Exception {
        int sessions = 40;
        CountDownLatch all = new CountDownLatch(sessions);
        CountDownLatch interrupted = new CountDownLatch(sessions);
        List<JobStore> stores = new ArrayList<>();
        try (JobRunner runner = builder().concurrency(sessions).start()) {
            for (int i = 0; i < sessions; i++) {
                JobStore each = JobStore.open(backend, SessionName.of("s" + i));
                stores.add(each);
                schedule(each);
                runner.add(each, job -> {
                    all.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                });
            }
            all.await();
            long began = System.nanoTime();

            JobStore.closeAll(stores, Duration.ofMillis(500));

            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofMillis(500L * (sessions - 1)));
            interrupted.await();
            assertThat(stores).allMatch(JobStore::isClosed);
        }
    }

    @Test
    void whoIsInterruptedWhileClosingStoresInterruptsAllWhoAreAtWork() throws Exception {
        int sessions = 3;
        CountDownLatch all = new CountDownLatch(sessions);
        CountDownLatch interrupted = new CountDownLatch(sessions);
        List<JobStore> stores = new ArrayList<>();
        try (JobRunner runner = builder().start()) {
            for (int i = 0; i < sessions; i++) {
                JobStore each = JobStore.open(backend, SessionName.of("s" + i));
                stores.add(each);
                schedule(each);
                runner.add(each, job -> {
                    all.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                });
            }
            all.await();

            Thread.currentThread().interrupt();
            JobStore.closeAll(stores, Duration.ofHours(1));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aProcessBeatsUntilWhatItSentIsNotedAlsoWhenItsRunnerHasStopped() throws Exception {
        AtomicBoolean cut = new AtomicBoolean();
        Backend failing = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (cut.get() && !session.equals(SessionName.PAWL)) {
                    throw UnavailableException.writeFailed("cut off", new IOException("cut off"));
                }
                super.commit(session, batch);
            }
        };
        LeaseTiming timing = new LeaseTiming(Duration.ofMillis(50), Duration.ofSeconds(20), Ticker.SYSTEM);
        JobStore own = JobStore.open(failing, SessionName.DEFAULT);
        JobRunner runner = builder().timing(timing).start();
        String id = schedule(own);
        runner.add(own, job -> cut.set(true));
        await(() -> !events.isEmpty());

        assertThat(runner.stop(Duration.ofMillis(1))).isFalse();
        assertThat(runner.stop(Duration.ofSeconds(10))).isTrue();
        assertThat(isBeating(backend)).as("what was sent is not noted yet").isTrue();
        assertThat(state(id)).isEqualTo(JobState.CLAIMED);

        cut.set(false);
        await(() -> state(id) == JobState.DONE);
        await(() -> !isBeating(backend));
        own.close();
    }
}
