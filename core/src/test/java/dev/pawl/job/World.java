package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.lease.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A store, a runner that is not started, and clocks that the test sets. */
final class World implements AutoCloseable {

    static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    final List<JobEvent> events = new ArrayList<>();
    final List<Job> sent = new ArrayList<>();
    final Clocks clocks = new Clocks();
    final Backend backend;
    final JobStore store;
    Optional<Exception> failure = Optional.empty();

    /** A wall clock, which can be set, and a counter of nanoseconds, which only goes on. */
    static final class Clocks implements InstantSource, Ticker {
        private Instant wall = START;
        private long nanos;

        @Override
        public Instant instant() {
            return wall;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            if (Thread.currentThread().getName().equals("pawl-beat")) {
                Thread.sleep(Long.MAX_VALUE);
            }
            pass(duration);
        }

        /** Both clocks go on. */
        void pass(Duration duration) {
            nanos += duration.toNanos();
            wall = wall.plus(duration);
        }

        /** Somebody sets the wall clock. */
        void set(Instant other) {
            wall = other;
        }
    }

    World() {
        this(new MemoryBackend());
    }

    World(Backend backend) {
        this.backend = backend;
        this.store = JobStore.open(backend, SessionName.DEFAULT, clocks);
    }

    LeaseTiming timing() {
        return LeaseTiming.STANDARD.with(clocks);
    }

    JobRunner.Builder builder() {
        return JobRunner.builder()
                .clock(clocks)
                .timing(timing())
                .rate(RateLimit.NONE)
                .chance(new Random(1))
                .onEvent(events::add);
    }

    /** A runner of this store that notes what it sends. */
    JobRunner runner(JobRunner.Builder builder) {
        JobRunner runner = builder.build();
        runner.add(store, this::send);
        return runner;
    }

    JobRunner runner() {
        return runner(builder());
    }

    void send(Job job) throws Exception {
        if (failure.isPresent()) {
            throw failure.get();
        }
        sent.add(job);
    }

    Job schedule(Instant at, String recipient) {
        return store.schedule(at, recipient, new JsonString("hello"));
    }

    List<String> sentTo() {
        return sent.stream().map(Job::recipient).toList();
    }

    static JsonValue text(String text) {
        return new JsonString(text);
    }

    @Override
    public void close() {
        store.close();
        backend.close();
    }
}
