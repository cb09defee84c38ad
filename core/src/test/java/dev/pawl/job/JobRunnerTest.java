package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.job.Delivery.Claim;
import dev.pawl.lease.Beat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class JobRunnerTest {

    @Test
    void sendsWhatIsDueTheLongestDueFirstAndNothingElse() {
        try (World world = new World();
                JobRunner runner = world.runner()) {
            world.schedule(World.START.plusSeconds(1), "later");
            world.schedule(World.START, "second");
            world.schedule(World.START.minusSeconds(60), "first");

            assertThat(runner.runDue()).isEqualTo(2);

            assertThat(world.sentTo()).containsExactly("first", "second");
            assertThat(world.store.counts()).isEqualTo(new JobCounts(0, 1, 0, 2, 0, 0, 0));
        }
    }

    @Test
    void aFailingSendBacksOffAndDies() {
        try (World world = new World();
                JobRunner runner = world.runner(
                        world.builder().retry(new RetryPolicy(3, Duration.ofSeconds(10), Duration.ofSeconds(15), 0)))) {
            world.failure = Optional.of(new IOException("not connected"));
            String id = world.schedule(World.START, "a").id();
            List<Duration> due = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                assertThat(runner.runDue()).isEqualTo(1);
                assertThat(runner.runDue()).isZero();
                Job job = world.store.find(id).orElseThrow();
                due.add(Duration.between(world.clocks.instant(), job.due()));
                world.clocks.pass(Duration.ofSeconds(15));
            }

            assertThat(due.subList(0, 2)).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(15));
            Job dead = world.store.find(id).orElseThrow();
            assertThat(dead.state()).isEqualTo(JobState.DEAD);
            assertThat(dead.attempts()).isEqualTo(3);
            assertThat(dead.lastError()).contains("IOException: not connected");
            assertThat(world.events.get(2)).isEqualTo(new JobEvent.Died(SessionName.DEFAULT, dead));

            world.failure = Optional.empty();
            assertThat(world.store.retry(id).orElseThrow().attempts()).isZero();
            runner.runDue();
            assertThat(world.sent)
                    .singleElement()
                    .satisfies(job -> assertThat(job.messageId()).isEqualTo(dead.messageId()));
        }
    }

    @Test
    void runsByItselfAndStopsAfterTheJobInFlight() throws Exception {
        BlockingQueue<Job> sent = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        try (MemoryBackend backend = new MemoryBackend();
                JobStore store = JobStore.open(backend, SessionName.DEFAULT);
                JobRunner runner = JobRunner.builder().start()) {
            runner.add(store, job -> {
                sent.add(job);
                release.await();
            });
            store.schedule(Instant.now(), "a", World.text("x"));
            Job first = sent.poll(10, TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            store.schedule(Instant.now(), "b", World.text("x"));

            Thread stopping = new Thread(runner::close);
            stopping.start();
            assertThat(store.find(first.id()).orElseThrow().state()).isEqualTo(JobState.CLAIMED);
            release.countDown();
            stopping.join();

            assertThat(store.find(first.id()).orElseThrow().state()).isEqualTo(JobState.DONE);
            assertThat(store.counts().claimed()).isZero();
        }
    }

    @Test
    void wakesForTheNextDueJobHoweverSeldomItLooksForThoseOfOthers() throws Exception {
        BlockingQueue<Instant> sent = new LinkedBlockingQueue<>();
        try (MemoryBackend backend = new MemoryBackend();
                JobStore store = JobStore.open(backend, SessionName.DEFAULT);
                JobRunner runner = JobRunner.builder()
                        .rate(RateLimit.NONE)
                        .pollEvery(Duration.ofHours(1))
                        .start()) {
            Instant first = Instant.now().plusMillis(300);
            Instant second = first.plusMillis(200);
            store.schedule(second, "b", World.text("x"));
            runner.add(store, job -> sent.add(Instant.now()));
            store.schedule(first, "a", World.text("x"));

            assertThat(sent.poll(10, TimeUnit.SECONDS)).isAfterOrEqualTo(first);
            assertThat(sent.poll(10, TimeUnit.SECONDS)).isAfterOrEqualTo(second);
        }
    }

    @Test
    void sessionsDoNotWaitForEachOther() throws Exception {
        List<String> sent = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        try (MemoryBackend backend = new MemoryBackend();
                JobStore stuck = JobStore.open(backend, SessionName.of("stuck"));
                JobStore free = JobStore.open(backend, SessionName.of("free"));
                JobRunner runner = JobRunner.builder().start()) {
            runner.add(stuck, job -> {
                begun.countDown();
                never.await();
            });
            runner.add(free, job -> {
                sent.add(job.recipient());
                other.countDown();
            });
            stuck.schedule(World.START, "a", World.text("x"));
            // else the runner may be stopped before it has begun with this one
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            free.schedule(World.START, "b", World.text("x"));

            assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(runner.stop(Duration.ofMillis(50))).isFalse();
            assertThat(sent).containsExactly("b");
            assertThat(runner.stop(Duration.ofSeconds(10))).isTrue();
            assertThat(stuck.counts().waiting()).isEqualTo(1);
        }
    }

    @Test
    void aSessionIsAddedOnce() {
        try (World world = new World();
                JobRunner runner = world.runner()) {
            assertThatThrownBy(() -> runner.add(world.store, job -> {})).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whoStoodStillBetweenClaimAndSendAsksBeforeSending() {
        try (World world = new World();
                Beat beat = Beat.keep(world.backend, world.timing())) {
            RunnerOptions options = new RunnerOptions(
                    RetryPolicy.STANDARD,
                    RateLimit.NONE,
                    Optional.empty(),
                    Duration.ofSeconds(5),
                    1,
                    world.events::add,
                    world.clocks,
                    world.timing(),
                    new Random(1));
            Reports reports = new Reports(options, SessionName.DEFAULT);
            world.schedule(World.START, "a");
            Claim kept = new Delivery(world.store, options, beat, reports)
                    .look()
                    .claim()
                    .orElseThrow();
            world.clocks.pass(Duration.ofMinutes(1));
            new Sending(world.store, world::send, options, beat, kept, reports).run();
            assertThat(world.sentTo()).containsExactly("a");

            world.schedule(world.clocks.instant(), "b");
            Claim lost = new Delivery(world.store, options, beat, reports)
                    .look()
                    .claim()
                    .orElseThrow();
            beat.end(lost.owner());
            world.clocks.pass(Duration.ofMinutes(1));
            assertThat(new Delivery(world.store, options, beat, reports).look().claim())
                    .isPresent();
            new Sending(world.store, world::send, options, beat, lost, reports).run();

            assertThat(world.sentTo()).containsExactly("a");
            assertThat(world.events.get(world.events.size() - 1)).isInstanceOf(JobEvent.Lost.class);
        }
    }

    @Test
    void aRecurrenceIsReadFromWhatIsStored() {
        Recurrence failing = new Recurrence() {
            @Override
            public String kind() {
                return "every";
            }

            @Override
            public String rule() {
                return "PT876600H";
            }

            @Override
            public Optional<Instant> after(Instant occurrence, Instant now) {
                throw new AssertionError("it is made anew from its rule");
            }
        };
        try (World world = new World();
                JobRunner runner = world.runner()) {
            world.store.schedule(
                    World.START, "a", World.text("x"), JobOptions.NONE.id("a").recurring(failing));

            runner.runDue();

            assertThat(world.store.find("a").orElseThrow().due()).isEqualTo(World.START.plus(JobOptions.LONGEST));
        }
    }

    @Test
    void aSenderDoesNotRunItsOwnRunner() {
        try (World world = new World();
                JobRunner runner = world.builder().build()) {
            runner.add(world.store, job -> runner.runDue());
            String id = world.schedule(World.START, "a").id();

            runner.runDue();

            assertThat(world.store.find(id).orElseThrow().lastError().orElseThrow())
                    .startsWith("IllegalStateException");
        }
    }

    @Test
    void aJobThatFoundNoThreadIsPickedUpAgainAndNoPlaceIsLost() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        AtomicInteger threads = new AtomicInteger();
        try (World world = new World()) {
            world.schedule(World.START, "a");
            RunnerOptions options = new RunnerOptions(
                    RetryPolicy.STANDARD,
                    RateLimit.NONE,
                    Optional.empty(),
                    Duration.ofHours(1),
                    1,
                    event -> told.countDown(),
                    world.clocks,
                    world.timing(),
                    new Random(1));
            Place place = new Place(world.store, job -> sent.countDown(), options, ConcurrentHashMap.newKeySet());
            Dispatcher dispatcher = new Dispatcher(options, work -> {
                if (threads.incrementAndGet() == 1) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                return new Thread(work);
            });
            dispatcher.add(place);
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            world.clocks.pass(world.timing().beat());
            dispatcher.wake(place);

            assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
            dispatcher.stop();
            place.remove();
            assertThat(place.awaitEnd(Duration.ofSeconds(10).toNanos())).isTrue();
            assertThat(dispatcher.awaitEnd(Duration.ofSeconds(10).toNanos())).isTrue();
        }
    }
}
