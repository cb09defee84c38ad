package dev.pawl.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.BindingOptions.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How events go from a source to the store: in order, in batches, no faster than they are stored. */
class ConveyorTest extends WithShelf {

    @Test
    void everythingIsStoredInItsOrder() throws InterruptedException {
        Binding binding = bind(100, 7, Duration.ZERO);

        tap.say(0, 10_000);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 10_000));
        assertThat(shelf.batches).allMatch(size -> size <= 7);
        assertThat(binding.progress()).isEqualTo(new Binding.Progress(0, 10_000, 0, 0, 0));
        assertThat(problems).isEmpty();
    }

    @Test
    void whatComesWhileOthersAreStoredGoesTogether() throws InterruptedException {
        shelf.calls.drainPermits();
        Binding binding = bind(1_000, 100, Duration.ZERO);
        tap.say(0, 1);
        while (binding.progress().waiting() == 0 || !shelf.calls.hasQueuedThreads()) {
            Thread.onSpinWait();
        }
        tap.say(1, 301);
        shelf.calls.release(1_000);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.batches).containsExactly(1, 100, 100, 100);
    }

    @Test
    void anEventWaitsForOthersButNotForAFlush() throws InterruptedException {
        Binding binding = bind(1_000, 3, Duration.ofDays(1));
        tap.say(0, 2);
        assertThat(binding.flush(Duration.ZERO)).isFalse();

        assertThat(binding.flush(LONG)).isTrue();
        tap.say(2, 5);
        tap.say(5, 6);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 6));
    }

    @Test
    void aFullBatchWaitsForNobody() throws InterruptedException {
        bind(1_000, 3, Duration.ofDays(1));

        tap.say(0, 3);

        while (shelf.taken.size() < 3) {
            Thread.onSpinWait();
        }
        assertThat(shelf.batches).containsExactly(3);
    }

    @Test
    void aSourceIsHeldUpWhileTheStorageStandsStill() throws InterruptedException {
        shelf.calls.drainPermits();
        Binding binding = bind(50, 10, Duration.ZERO);
        AtomicLong said = new AtomicLong();
        Thread source = started(() -> {
            for (long number = 0; number < 1_000_000 && said.get() >= 0; number++) {
                tap.say(number, number + 1);
                said.incrementAndGet();
            }
        });
        while (said.get() < 50) {
            Thread.onSpinWait();
        }
        awaitWaiting(source);

        assertThat(said).hasValue(50);
        assertThat(binding.progress().waiting()).isEqualTo(50);

        said.set(-1_000_000);
        shelf.calls.release(1_000_000);
        source.join();
        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, shelf.taken.size())).hasSizeGreaterThan(50);
    }

    @Test
    void aFewHeavyEventsHoldItUpLikeManyLightOnes() throws InterruptedException {
        shelf.calls.drainPermits();
        RawEvent heavy = new RawEvent(
                "test",
                JsonObject.builder()
                        .put("n", 0)
                        .put("words", new JsonString("x".repeat(10_000)))
                        .build());
        Conveyor conveyor = new Conveyor(shelf, Shelf.options(options -> options), 25_000).start();
        AtomicReference<Consumer<RawEvent>> listener = new AtomicReference<>();
        conveyor.listenTo(given -> {
            listener.set(given);
            return () -> {};
        });
        AtomicLong said = new AtomicLong();
        Thread source = started(() -> {
            for (int i = 0; i < 5; i++) {
                listener.get().accept(heavy);
                said.incrementAndGet();
            }
        });
        while (said.get() < 2) {
            Thread.onSpinWait();
        }
        awaitWaiting(source);

        assertThat(said).hasValue(2);

        shelf.calls.release(1_000);
        source.join();
        conveyor.close();
        assertThat(shelf.taken).hasSize(5);
    }

    @Test
    void anEventThatIsTooHeavyAloneGoesAlone() throws InterruptedException {
        Conveyor conveyor = new Conveyor(shelf, Shelf.options(options -> options), 1).start();
        conveyor.listenTo(tap);

        tap.say(0, 20);

        assertThat(conveyor.flush(LONG)).isTrue();
        assertThat(shelf.batches).hasSize(20).containsOnly(1);
        conveyor.close();
    }

    @Test
    void aSourceThatIsInterruptedKeepsItsEvent() throws InterruptedException {
        shelf.calls.drainPermits();
        Binding binding = bind(1, 1, Duration.ZERO);
        tap.say(0, 1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread source = started(() -> {
            try {
                tap.say(1, 2);
                interrupted.complete(false);
            } catch (CancellationException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        awaitWaiting(source);
        source.interrupt();

        assertThat(interrupted.orTimeout(50, SECONDS).join()).isTrue();
        shelf.calls.release(1_000);
        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).containsExactly(0L);
    }

    @Test
    void anInterruptedSourceIsNotStoppedWhereThereIsRoom() throws InterruptedException {
        Binding binding = bind();
        Thread.currentThread().interrupt();

        tap.say(0, 1);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).containsExactly(0L);
    }

    @Test
    void closingStoresWhatWaits() {
        shelf.calls.drainPermits();
        Binding binding = bind();
        tap.say(0, 5_000);
        started(() -> shelf.calls.release(1_000));

        binding.close();
        binding.close();

        assertThat(shelf.taken).isEqualTo(numbers(0, 5_000));
        assertThat(tap.listeners()).isZero();
    }

    @Test
    void closingDoesNotTryForEver() {
        Binding binding = bindings.bind(
                tap,
                new BindingOptions(
                        10_000, 1_000, Duration.ZERO, Duration.ofDays(1), Duration.ofDays(1), problems::add));
        shelf.failures.addAll(List.of(
                UnavailableException.connectionFailed("first"), UnavailableException.connectionFailed("second")));
        tap.say(0, 1);
        while (problems.isEmpty()) {
            Thread.onSpinWait();
        }

        binding.close();

        assertThat(problems).hasSize(2);
        assertThat(problems.get(1))
                .isInstanceOfSatisfying(
                        Problem.Failed.class,
                        failed -> assertThat(failed.ended()).isTrue());
        assertThat(binding.progress().waiting()).isEqualTo(1);
    }

    @Test
    void closingCanBeInterrupted() {
        shelf.calls.drainPermits();
        Binding binding = bind(10_000, 10, Duration.ZERO);
        tap.say(0, 100);
        Thread.currentThread().interrupt();

        binding.close();

        assertThat(Thread.interrupted()).isTrue();
        shelf.calls.release(1_000);
        bindings.close();
        assertThat(shelf.taken.size()).isLessThanOrEqualTo(20);
    }

    @Test
    void aClosedBindingTakesNothing() {
        AtomicReference<Consumer<RawEvent>> listener = new AtomicReference<>();
        Binding binding = bindings.bind(
                given -> {
                    listener.set(given);
                    return () -> {};
                },
                BindingOptions.STANDARD);
        binding.close();

        assertThatThrownBy(() -> listener.get().accept(Shelf.event(0))).isInstanceOf(ClosedException.class);
        assertThat(shelf.taken).isEmpty();
    }

    @Test
    void closingFreesASourceThatIsHeldUp() {
        shelf.calls.drainPermits();
        Binding binding = bind(1, 1, Duration.ZERO);
        tap.say(0, 1);
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        Thread source = started(() -> {
            try {
                tap.say(1, 2);
            } catch (ClosedException e) {
                refused.complete(e);
                shelf.calls.release(1_000);
            }
        });
        awaitWaiting(source);

        binding.close();

        assertThat(refused).isCompleted();
        assertThat(shelf.taken).containsExactly(0L);
    }

    @Test
    void bindingAgainDoublesAndLosesNothing() throws InterruptedException {
        Binding first = bindings.bind(
                tap,
                new BindingOptions(10_000, 4, Duration.ZERO, Duration.ofDays(1), Duration.ofDays(1), problems::add));
        shelf.fulfils = true;
        shelf.failures.add(new InDoubtException("x"));
        tap.say(0, 10);
        while (problems.isEmpty()) {
            Thread.onSpinWait();
        }

        Binding second = bind();
        tap.say(10, 20);

        assertThat(tap.listeners()).isOne();
        assertThat(second.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 20));
        assertThat(first.flush(LONG)).isFalse();
        first.close();
        assertThat(tap.listeners()).isOne();
    }

    @Test
    void severalSourcesAreBoundAtOnce() throws InterruptedException {
        Tap other = new Tap();
        Binding one = bind();
        Binding two = bindings.bind(other, Shelf.options(options -> options));

        tap.say(0, 10);
        other.say(10, 20);

        assertThat(one.flush(LONG) && two.flush(LONG)).isTrue();
        assertThat(shelf.taken).containsExactlyInAnyOrderElementsOf(numbers(0, 20));
    }

    @Test
    void aSourceMayHaveSaidEverythingWhenItIsBound() throws InterruptedException {
        Binding binding = bindings.bind(
                listener -> {
                    numbers(0, 500).forEach(number -> listener.accept(Shelf.event(number)));
                    return () -> {};
                },
                Shelf.options(options -> new BindingOptions(
                        10, 5, options.longestWait(), options.firstPause(), options.longestPause(), problems::add)));

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 500));
    }

    @Test
    void aSourceThatCannotBeListenedToIsNotBound() {
        assertThatThrownBy(() -> bindings.bind(
                        listener -> {
                            throw new IllegalStateException("no");
                        },
                        BindingOptions.STANDARD))
                .hasMessage("no");
    }

    @Test
    void whoeverIsToldMayFailAndMayClose() throws InterruptedException {
        AtomicReference<Binding> own = new AtomicReference<>();
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        shelf.failures.add(UnavailableException.connectionFailed("x"));
        Binding binding = bindings.bind(
                tap,
                Shelf.options(options -> options.onError(problem -> {
                    while (own.get() == null) {
                        Thread.onSpinWait();
                    }
                    assertThatThrownBy(() -> own.get().flush(LONG)).isInstanceOf(IllegalStateException.class);
                    own.get().close();
                    told.complete(true);
                    throw new IllegalStateException("told");
                })));
        own.set(binding);
        tap.say(0, 1);

        assertThat(told.orTimeout(50, SECONDS).join()).isTrue();
        binding.close();
        assertThat(shelf.taken).containsExactly(0L);
    }

    @Test
    void noneIsBoundToAClosedStore() {
        bind();
        bindings.close();

        assertThat(tap.listeners()).isZero();
        assertThatThrownBy(this::bind).isInstanceOf(ClosedException.class);
    }
}
