package dev.pawl.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import dev.pawl.json.JsonString;
import dev.pawl.message.BindingOptions.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of events when the storage fails, and when it is an event that fails. */
class ConveyorFailuresTest extends WithShelf {

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
    void whoIsToldOfAProblemCannotReplaceTheBindingThatTellsIt() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        shelf.failures.add(new ConflictException("x"));
        Consumer<Problem> rebinding = problem -> told.complete(catchThrowable(this::bind));
        BindingOptions options = BindingOptions.STANDARD.onError(rebinding);
        Binding binding = bindings.bind(tap, options);

        tap.say(0, 10);

        assertThat(told.get(LONG.toSeconds(), SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.taken).isEqualTo(numbers(0, 10));
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
        assertThat(binding.progress()).isEqualTo(new Binding.Progress(0, 1_000, 1, 0, 1));
    }

    @Test
    void whatHasNoRoomIsToldWithTheEventItself() throws InterruptedException {
        RawEvent event = new RawEvent("chats.delete", JsonArray.of(new JsonString("x")));
        SetAside one = new SetAside("id", "unreadable", "what is wrong", Instant.EPOCH, event);
        Intake full = new Intake() {
            @Override
            public Taken take(List<RawEvent> events) {
                if (events.equals(List.of(event))) {
                    throw new UnsupportedException("no");
                }
                return new Taken(List.of(), List.of(), 1, new Dropped(List.of(one), 3));
            }

            @Override
            public Optional<Taken> settle() {
                throw new AssertionError();
            }

            @Override
            public Optional<SetAside> putAside(RawEvent event, String reason, String problem) {
                return Optional.empty();
            }
        };
        Conveyor conveyor = new Conveyor(full, Shelf.options(options -> options.onError(problems::add))).start();
        AtomicReference<Consumer<RawEvent>> listener = new AtomicReference<>();
        conveyor.listenTo(given -> {
            listener.set(given);
            return () -> {};
        });

        listener.get().accept(new RawEvent("chats.delete", JsonArray.EMPTY));
        assertThat(conveyor.flush(LONG)).isTrue();
        listener.get().accept(event);
        assertThat(conveyor.flush(LONG)).isTrue();

        assertThat(problems)
                .containsExactly(
                        new Problem.Refused(event, "what is wrong"),
                        new Problem.Dropped(3),
                        new Problem.Refused(event, "STORE_UNSUPPORTED: no"));
        assertThat(conveyor.progress()).isEqualTo(new Binding.Progress(0, 2, 0, 5, 0));
        conveyor.close();
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
            public Optional<Taken> settle() {
                throw new AssertionError();
            }

            @Override
            public Optional<SetAside> putAside(RawEvent event, String reason, String problem) {
                aside.add(event.data().toText());
                return Optional.of(new SetAside("id", reason, problem, Instant.EPOCH, event));
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
        assertThat(conveyor.progress()).isEqualTo(new Binding.Progress(0, 2, 1, 0, 0));
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
        shelf.failuresAside.add(new InDoubtException("x"));
        shelf.failuresAside.add(UnavailableException.connectionFailed("x"));
        Binding binding = bind();

        tap.say(0, 2);

        assertThat(binding.flush(LONG)).isTrue();
        assertThat(shelf.aside).containsExactly(0L);
        assertThat(shelf.taken).containsExactly(1L);
        assertThat(problems).hasSize(3);
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
