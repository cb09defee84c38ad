package dev.pawl.message;

import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/** Keeps events in a list, and fails as it is told to. An event is a number; the events of a test are 0, 1, 2 … */
final class Shelf implements Intake {

    /** How many calls go through before the next one stands still. */
    final Semaphore calls = new Semaphore(1_000_000_000);

    /** What is thrown by the next calls, one each. */
    final ConcurrentLinkedDeque<RuntimeException> failures = new ConcurrentLinkedDeque<>();

    /** What is thrown when the next events are put aside. */
    final ConcurrentLinkedDeque<RuntimeException> failuresAside = new ConcurrentLinkedDeque<>();

    /** Whether a call that fails has done its work all the same. */
    volatile boolean fulfils;

    /** The number of an event that nothing takes, and what is said then. */
    volatile long poison = -1;

    volatile RuntimeException refusal = new IllegalStateException("poison");

    /** Whether even putting it aside is refused. */
    volatile boolean refusesAside;

    /** The most events of one commit. */
    volatile int most = Integer.MAX_VALUE;

    final List<Long> taken = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final List<Long> aside = new CopyOnWriteArrayList<>();
    private Optional<Taken> doubtful = Optional.empty();

    static RawEvent event(long number) {
        return new RawEvent("test", JsonObject.builder().put("n", number).build());
    }

    static long number(RawEvent event) {
        return ((JsonNumber) ((JsonObject) event.data()).get("n").orElseThrow()).longValue();
    }

    @Override
    public Taken take(List<RawEvent> events) {
        calls.acquireUninterruptibly();
        doubtful = Optional.empty();
        RuntimeException failure = failures.poll();
        if (failure != null) {
            if (fulfils) {
                doubtful = Optional.of(store(events));
            }
            throw failure;
        }
        return store(events);
    }

    private Taken store(List<RawEvent> events) {
        List<RawEvent> first = events.subList(0, Math.min(most, events.size()));
        List<Long> numbers = new ArrayList<>();
        for (RawEvent event : first) {
            if (number(event) == poison) {
                throw refusal;
            }
            numbers.add(number(event));
        }
        // who waits for what was taken finds its batch
        batches.add(events.size());
        taken.addAll(numbers);
        return new Taken(events.subList(first.size(), events.size()), List.of());
    }

    @Override
    public Optional<Taken> settle() {
        RuntimeException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        return doubtful;
    }

    @Override
    public Optional<SetAside> putAside(RawEvent event, String reason, String problem) {
        RuntimeException failure = failuresAside.poll();
        if (failure != null) {
            throw failure;
        }
        if (refusesAside) {
            throw new UnsupportedException("not even that");
        }
        aside.add(number(event));
        return Optional.of(new SetAside("id", reason, problem, Instant.EPOCH, event));
    }

    /** The same options with small pauses, changed. */
    static BindingOptions options(UnaryOperator<BindingOptions> change) {
        BindingOptions standard = BindingOptions.STANDARD;
        return change.apply(new BindingOptions(
                standard.queued(),
                standard.batch(),
                standard.longestWait(),
                Duration.ofNanos(1),
                Duration.ofNanos(100),
                problem -> {}));
    }
}
