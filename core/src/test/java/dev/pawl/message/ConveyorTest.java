package dev.pawl.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.BindingOptions.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a binding promises, with a store that only keeps a list. */
@Timeout(60)
class ConveyorTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final Shelf shelf = new Shelf();
    private final Tap tap = new Tap();
    private final Bindings bindings = new Bindings(() -> shelf);
    private final List<Problem> problems = new CopyOnWriteArrayList<>();

    @AfterEach
    void endThreads() {
        shelf.calls.release(1_000_000);
        bindings.close();
    }

    private Binding bind(int queued, int batch, Duration longestWait) {
        return bindings.bind(
                tap,
                new BindingOptions(
                        queued, batch, longestWait, Duration.ofNanos(1), Duration.ofNanos(100), problems::add));
    }

    private Binding bind() {
        return bind(10_000, 1_000, Duration.ZERO);
    }

    private static List<Long> numbers(long first, long end) {
        return LongStream.range(first, end).boxed().toList();
    }

    /** What it takes to know that a thread waits, without a clock. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work, "source of a test");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void everythingIsStoredInItsOrder() throws InterruptedException {
        Binding binding = bind(100, 7, Duration.ZERO);

        tap.say(0, 10_000);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 10_000));
        assertThat(shelf.batches).allMatch(size -> size <= 7);
        assertThat(binding.progress()).isEqualTo(new Binding.Progress(0, 10_000, 0, 0));
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

    static Stream<StoreException> thoseThatPass() {
        return Stream.of(
                UnavailableException.connectionFailed("x"),
                UnavailableException.readFailed("x", new IllegalStateException()),
                UnavailableException.writeFailed("x", new IllegalStateException()),
                new ConflictException("x"));
    }

    @ParameterizedTest
    @MethodSource("thoseThatPass")
    void failuresOfTheStorageAreTriedAgainAndTold(StoreException failure) throws InterruptedException {
        shelf.failures.addAll(List.of(failure, failure, failure));
        Binding binding = bind();

        tap.say(0, 1_000);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 1_000));
        assertThat(problems).hasSize(3).containsOnly(new Problem.Failed(failure, false));
        assertThat(binding.progress().retries()).isEqualTo(3);
    }

    @Test
    void whatIsDoneAlthoughItSeemedToFailIsNotDoneTwice() throws InterruptedException {
        shelf.fulfils = true;
        shelf.most = 3;
        shelf.failures.add(new InDoubtException("x"));
        shelf.failures.add(UnavailableException.connectionFailed("x"));
        Binding binding = bind();

        tap.say(0, 10);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 10));
        assertThat(problems).hasSize(2);
    }

    @Test
    void whatIsNotDoneAfterADoubtIsDoneThen() throws InterruptedException {
        shelf.failures.add(new InDoubtException("x"));
        Binding binding = bind();

        tap.say(0, 10);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 10));
    }

    static Stream<StoreException> thoseThatEnd() {
        return Stream.of(new FencedException("taken over"), new ClosedException("closed"));
    }

    @ParameterizedTest
    @MethodSource("thoseThatEnd")
    void aStoreThatIsNoLongerOursEndsTheBinding(StoreException failure) throws InterruptedException {
        CompletableFuture<Problem> told = new CompletableFuture<>();
        AtomicReference<Consumer<RawEvent>> listener = new AtomicReference<>();
        CompletableFuture<Boolean> letGo = new CompletableFuture<>();
        shelf.failures.add(failure);
        Binding binding = bindings.bind(
                given -> {
                    listener.set(given);
                    return () -> letGo.complete(true);
                },
                BindingOptions.STANDARD.onError(told::complete));

        listener.get().accept(Shelf.event(0));

        assertThat(told.orTimeout(50, SECONDS).join()).isEqualTo(new Problem.Failed(failure, true));
        assertThat(letGo.orTimeout(50, SECONDS).join()).isTrue();
        assertThat(binding.flush(LONG)).isFalse();
        assertThat(binding.progress().waiting()).isEqualTo(1);
        assertThatThrownBy(() -> listener.get().accept(Shelf.event(1))).isInstanceOf(failure.getClass());
    }

    static Stream<RuntimeException> refusals() {
        return Stream.of(
                new UnsupportedException("too big"),
                new CorruptDataException("CHAT x", "is no JSON"),
                new NullPointerException("words of a message"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anEventThatNothingTakesKeepsTheOthersFromNothing(RuntimeException refusal) throws InterruptedException {
        shelf.poison = 371;
        shelf.refusal = refusal;
        shelf.failures.add(UnavailableException.connectionFailed("x"));
        Binding binding = bind();

        tap.say(0, 1_000);

        assertThat(binding.flush(LONG)).isTrue();
        List<Long> others = new ArrayList<>(numbers(0, 1_000));
        others.remove(371L);
        assertThat(shelf.taken).isEqualTo(others);
        assertThat(shelf.aside).containsExactly(371L);
        assertThat(problems).hasSize(2);
        assertThat(problems.get(1)).isInstanceOfSatisfying(Problem.PutAside.class, aside -> {
            assertThat(aside.event().reason()).isEqualTo("refused");
            assertThat(aside.event().problem()).doesNotContain("words of a message");
        });
        assertThat(binding.progress()).isEqualTo(new Binding.Progress(0, 1_000, 1, 1));
    }

    @Test
    void ofAnEventWithManyItemsOnlyTheOneIsPutAside() throws InterruptedException {
        List<Integer> stored = new CopyOnWriteArrayList<>();
        List<String> aside = new CopyOnWriteArrayList<>();
        Intake picky = new Intake() {
            @Override
            public Taken take(List<RawEvent> events) {
                if (events.stream().anyMatch(event -> event.data().toText().contains("\"bad\""))) {
                    throw new UnsupportedException("no");
                }
                events.forEach(event -> stored.add(((JsonArray) event.data()).size()));
                return new Taken(List.of(), List.of());
            }

            @Override
            public java.util.Optional<Taken> settle() {
                throw new AssertionError();
            }

            @Override
            public SetAside putAside(RawEvent event, String reason, String problem) {
                aside.add(event.data().toText());
                return new SetAside("id", reason, problem, java.time.Instant.EPOCH, event);
            }
        };
        Conveyor conveyor = new Conveyor(picky, Shelf.options(options -> options)).start();
        AtomicReference<Consumer<RawEvent>> listener = new AtomicReference<>();
        conveyor.listenTo(given -> {
            listener.set(given);
            return () -> {};
        });

        JsonString good = new JsonString("good");
        listener.get().accept(new RawEvent("chats.delete", JsonArray.of(good, good, new JsonString("bad"), good)));
        listener.get().accept(new RawEvent("chats.delete", JsonArray.of(good, good)));

        assertThat(conveyor.flush(LONG)).isTrue();
        assertThat(aside).containsExactly("[\"bad\"]");
        assertThat(stored.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5);
        assertThat(conveyor.progress()).isEqualTo(new Binding.Progress(0, 2, 1, 0));
        conveyor.close();
    }

    @Test
    void anEventThatIsNotEvenPutAsideIsHandedToWhoeverIsTold() throws InterruptedException {
        shelf.poison = 1;
        shelf.refusesAside = true;
        Binding binding = bind();

        tap.say(0, 3);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).containsExactly(0L, 2L);
        assertThat(problems)
                .singleElement()
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        refused -> assertThat(Shelf.number(refused.event())).isEqualTo(1));
    }

    @Test
    void puttingAsideIsTriedAgainToo() throws InterruptedException {
        shelf.poison = 0;
        Binding binding = bindings.bind(tap, Shelf.options(options -> options.onError(problems::add)));
        shelf.failures.add(UnavailableException.connectionFailed("take"));
        tap.say(0, 1);
        while (binding.progress().retries() == 0) {
            Thread.onSpinWait();
        }

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.aside).containsExactly(0L);
    }

    @Test
    void whatGoesInPartsIsGoneOnWithWhereItStopped() throws InterruptedException {
        shelf.most = 3;
        shelf.failures.add(UnavailableException.connectionFailed("x"));
        Binding binding = bind();

        tap.say(0, 100);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 100));
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

    @Test
    void pausesGrow() {
        Pauses pauses = new Pauses(Duration.ofMillis(100), Duration.ofSeconds(30));
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            millis.add(Duration.ofNanos(pauses.next()).toMillis());
        }
        pauses.reset();

        assertThat(millis)
                .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 30_000L, 30_000L);
        assertThat(pauses.next()).isEqualTo(Duration.ofMillis(100).toNanos());
        assertThat(Pauses.nanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    }
}
