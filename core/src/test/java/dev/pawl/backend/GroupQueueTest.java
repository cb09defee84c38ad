package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupQueueTest {

    private static final int MOST = 3;

    /** What was written, by groups. Belongs to whoever has the turn. */
    private final List<List<String>> written = new ArrayList<>();

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final GroupQueue<String> queue = new GroupQueue<>(MOST, this::write, Unfinished::new);

    private static final class Unfinished extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void write(List<GroupQueue.Member<String>> members) {
        written.add(members.stream().map(GroupQueue.Member::change).toList());
        Refused shared = new Refused();
        for (GroupQueue.Member<String> member : members) {
            switch (member.change()) {
                case "refuse" -> member.fail(shared);
                case "refuse checked" -> member.fail(new Exception("checked"));
                case "refuse, then succeed" -> {
                    member.fail(shared);
                    member.succeed();
                }
                case "succeed, then refuse" -> {
                    member.succeed();
                    member.fail(shared);
                }
                case "take more" -> {
                    List<GroupQueue.Member<String>> more = takeWhoComes();
                    member.succeed();
                    write(more);
                }
                case "take more and forget" -> takeWhoComes();
                case "forget" -> assertThat(member.finished()).isFalse();
                case "break" -> throw new OutOfMemoryError("for the test");
                case "succeed and break" -> {
                    member.succeed();
                    throw new OutOfMemoryError("for the test");
                }
                default -> {
                    member.succeed();
                    assertThat(member.finished()).isTrue();
                }
            }
        }
    }

    /** What somebody got who came while others were written. */
    private final List<Waiting<Optional<Throwable>>> late = new ArrayList<>();

    private List<GroupQueue.Member<String>> takeWhoComes() {
        assertThat(queue.takeMore()).isEmpty();
        try {
            late.add(waiting(() -> Optional.ofNullable(catchThrowable(() -> queue.submit("late")))));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        List<GroupQueue.Member<String>> more = queue.takeMore();
        assertThat(more).hasSize(1);
        assertThat(queue.takeMore()).isEmpty();
        return more;
    }

    @Test
    void aGroupTakesInWhoComesWhileItIsWritten() throws Exception {
        queue.submit("take more");
        assertThat(late.get(0).result.get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(written).containsExactly(List.of("take more"), List.of("late"));
    }

    @Test
    void whoWasTakenInAndForgottenFailsLikeTheOthers() throws Exception {
        assertThat(catchThrowable(() -> queue.submit("take more and forget"))).isInstanceOf(Unfinished.class);
        assertThat(late.get(0).result.get(30, TimeUnit.SECONDS).orElseThrow()).isInstanceOf(Unfinished.class);
    }

    @Test
    void aFullGroupTakesInNobody() throws Exception {
        List<Integer> taken = new ArrayList<>();
        GroupQueue<String> small = new GroupQueue<>(
                1,
                members -> {
                    taken.add(takeMoreOf(members.get(0)));
                    members.get(0).succeed();
                },
                Unfinished::new);
        smallest = Optional.of(small);
        small.submit("a");
        assertThat(late.get(0).result.get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(taken).containsExactly(0, 0);
    }

    private Optional<GroupQueue<String>> smallest = Optional.empty();

    /** How many a group of one takes in although somebody waits. */
    private int takeMoreOf(GroupQueue.Member<String> first) {
        GroupQueue<String> small = smallest.orElseThrow();
        if (first.change().equals("a")) {
            try {
                late.add(waiting(() -> Optional.ofNullable(catchThrowable(() -> small.submit("b")))));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return small.takeMore().size();
    }

    @Test
    void nobodyElseTakesMoreIntoAGroup() {
        assertThatThrownBy(queue::takeMore).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queue.alone(queue::takeMore)).isInstanceOf(IllegalStateException.class);
    }

    @AfterEach
    void close() {
        callers.shutdownNow();
    }

    /** Has these wait, in this order, while somebody else has the turn, and returns what each caller got. */
    private List<Optional<Throwable>> together(String... changes) throws Exception {
        List<Waiting<Optional<Throwable>>> waiting = queue.alone(() -> {
            List<Waiting<Optional<Throwable>>> started = new ArrayList<>();
            for (String change : changes) {
                started.add(waiting(() -> Optional.ofNullable(catchThrowable(() -> queue.submit(change)))));
            }
            return started;
        });
        List<Optional<Throwable>> got = new ArrayList<>();
        for (Waiting<Optional<Throwable>> one : waiting) {
            got.add(one.result.get(30, TimeUnit.SECONDS));
        }
        return got;
    }

    private record Waiting<T>(Thread thread, Future<T> result) {}

    /** Starts a task and returns once it is waiting for something. */
    private <T> Waiting<T> waiting(Supplier<T> task) throws InterruptedException {
        List<Thread> thread = new ArrayList<>();
        CountDownLatch came = new CountDownLatch(1);
        Future<T> result = callers.submit(() -> {
            thread.add(Thread.currentThread());
            came.countDown();
            return task.get();
        });
        came.await();
        while (thread.get(0).getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return new Waiting<>(thread.get(0), result);
    }

    @Test
    void whoIsAloneIsAGroupOfOne() {
        queue.submit("a");
        queue.submit("b");
        assertThat(written).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void thoseWhoWaitAreWrittenTogetherInTheOrderOfTheirComing() throws Exception {
        assertThat(together("a", "b", "c")).containsOnly(Optional.empty());
        assertThat(written).containsExactly(List.of("a", "b", "c"));
    }

    @Test
    void aGroupHasNoMoreThanTheMost() throws Exception {
        assertThat(together("a", "b", "c", "d", "e", "f", "g")).containsOnly(Optional.empty());
        assertThat(written).containsExactly(List.of("a", "b", "c"), List.of("d", "e", "f"), List.of("g"));
        assertThatThrownBy(() -> new GroupQueue<>(0, this::write, Unfinished::new))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoFailsTakesNobodyElseWithHim() throws Exception {
        List<Optional<Throwable>> got = together("a", "refuse", "b");
        assertThat(got.get(0)).isEmpty();
        assertThat(got.get(1)).containsInstanceOf(Refused.class);
        assertThat(got.get(2)).isEmpty();
        assertThatThrownBy(() -> queue.submit("refuse checked"))
                .isInstanceOf(IllegalStateException.class)
                .cause()
                .hasMessage("checked");
    }

    @Test
    void theFirstOutcomeCounts() {
        assertThatThrownBy(() -> queue.submit("refuse, then succeed")).isInstanceOf(Refused.class);
        queue.submit("succeed, then refuse");
    }

    @Test
    void whoIsForgottenFailsAsUnfinishedAndTheOthersDoNot() throws Exception {
        List<Optional<Throwable>> got = together("a", "forget", "b");
        assertThat(got.get(0)).isEmpty();
        assertThat(got.get(1)).containsInstanceOf(Unfinished.class);
        assertThat(got.get(2)).isEmpty();
    }

    @Test
    void anErrorFailsThoseWhoWereNotFinishedAndIsToldWithIt() throws Exception {
        List<Optional<Throwable>> got = together("a", "break", "b", "c");
        assertThat(got.get(0)).isEmpty();
        assertThat(got.subList(1, 3)).allSatisfy(outcome -> {
            assertThat(outcome).containsInstanceOf(Unfinished.class);
            assertThat(outcome.orElseThrow().getSuppressed()).singleElement().isInstanceOf(OutOfMemoryError.class);
        });
        assertThat(got.get(3)).as("of the next group").isEmpty();
        assertThat(got.get(1).orElseThrow())
                .as("one for each")
                .isNotSameAs(got.get(2).orElseThrow());
    }

    @Test
    void anErrorAfterAllWereFinishedIsThrownToWhoLed() {
        assertThatThrownBy(() -> queue.submit("succeed and break")).isInstanceOf(OutOfMemoryError.class);
        queue.submit("a");
    }

    @Test
    void whatIsUnfinishedFailsEvenIfNobodyCanSayHow() {
        GroupQueue<String> speechless = new GroupQueue<>(MOST, members -> {}, () -> {
            throw new StackOverflowError("for the test");
        });
        assertThatThrownBy(() -> speechless.submit("a")).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void interruptionsAreKeptForTheCallerAndDisturbNothing() throws Exception {
        Thread.currentThread().interrupt();
        queue.submit("a");
        assertThat(Thread.interrupted()).isTrue();
        Future<Boolean> interrupted = queue.alone(() -> {
            Waiting<Boolean> waiting = waiting(() -> {
                queue.submit("b");
                return Thread.interrupted();
            });
            waiting.thread.interrupt();
            return waiting.result;
        });
        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(written).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void theTurnIsTriedForNothingElseWhileSomebodyHasIt() throws Exception {
        AtomicInteger times = new AtomicInteger();
        assertThat(queue.tryAlone(times::incrementAndGet)).isTrue();
        boolean triedInside = queue.alone(() -> queue.tryAlone(times::incrementAndGet));
        assertThat(triedInside).as("by the one who has it").isFalse();
        boolean triedBeside = queue.alone(() ->
                callers.submit(() -> queue.tryAlone(times::incrementAndGet)).get());
        assertThat(triedBeside).isFalse();
        assertThat(times).hasValue(1);
        assertThatThrownBy(() -> queue.alone(() -> {
                    throw new java.io.IOException("for the test");
                }))
                .isInstanceOf(java.io.IOException.class);
        assertThat(queue.tryAlone(times::incrementAndGet)).as("after a failure").isTrue();
    }

    /** Has somebody wait who gives up soon, and returns whether it was written. */
    private Waiting<Boolean> hurried(String change) throws InterruptedException {
        List<Thread> thread = new ArrayList<>();
        CountDownLatch came = new CountDownLatch(1);
        Future<Boolean> result = callers.submit(() -> {
            thread.add(Thread.currentThread());
            came.countDown();
            return queue.submit(change, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20));
        });
        came.await();
        return new Waiting<>(thread.get(0), result);
    }

    @Test
    void whoseTimeIsUpBeforeAnybodyBeganIsNeverWrittenAndKeepsNobodyElseWaiting() throws Exception {
        Waiting<Void> last = queue.alone(() -> {
            Waiting<Boolean> first = hurried("late");
            Waiting<Void> next = waiting(() -> {
                queue.submit("a");
                return null;
            });
            assertThat(first.result.get(30, TimeUnit.SECONDS)).isFalse();
            return next;
        });
        last.result.get(30, TimeUnit.SECONDS);
        assertThat(written).containsExactly(List.of("a"));
        assertThat(queue.submit("alone", System.nanoTime() - 1))
                .as("with nobody before it")
                .isTrue();
    }

    @Test
    void whoIsInAGroupWaitsForItHoweverLateItIs() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        GroupQueue<String> slow = new GroupQueue<>(
                MOST,
                members -> {
                    begun.countDown();
                    try {
                        late.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    members.forEach(GroupQueue.Member::succeed);
                },
                Unfinished::new);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        Future<Boolean> only = callers.submit(() -> slow.submit("a", end));
        begun.await();
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        late.countDown();
        assertThat(only.get(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Without that, one who commits again and again has the turn back before anybody else is awake. */
    @Test
    void whoComesDoesNotOvertakeSomebodyWhoWaitsForTheTurn() throws Exception {
        List<String> order = new ArrayList<>();
        GroupQueue<String> ordered = new GroupQueue<>(
                MOST,
                members -> members.forEach(member -> {
                    order.add(member.change());
                    member.succeed();
                }),
                Unfinished::new);
        AtomicBoolean stop = new AtomicBoolean();
        Future<Integer> busy = callers.submit(() -> {
            int count = 0;
            while (!stop.get()) {
                ordered.submit("again");
                count++;
            }
            return count;
        });
        for (int i = 0; i < 200; i++) {
            ordered.alone(() -> order.add("alone"));
        }
        stop.set(true);
        int commits = busy.get(30, TimeUnit.SECONDS);
        assertThat(order).filteredOn("alone"::equals).hasSize(200);
        assertThat(order).filteredOn("again"::equals).hasSize(commits);
    }

    @Test
    void nobodyIsLeftWaitingAndNothingIsWrittenTwice() throws Exception {
        int each = 20_000;
        AtomicInteger inside = new AtomicInteger();
        List<Integer> seen = new ArrayList<>();
        GroupQueue<Integer> busy = new GroupQueue<>(
                MOST,
                members -> {
                    assertThat(inside.incrementAndGet()).isOne();
                    members.forEach(member -> {
                        seen.add(member.change());
                        member.succeed();
                    });
                    inside.decrementAndGet();
                },
                Unfinished::new);
        List<Future<?>> all = new ArrayList<>();
        for (int caller = 0; caller < 6; caller++) {
            int first = caller * each;
            all.add(callers.submit(() -> IntStream.range(first, first + each).forEach(busy::submit)));
        }
        List<Integer> withdrawn = new ArrayList<>();
        AtomicInteger hurried = new AtomicInteger();
        all.add(callers.submit(() -> IntStream.range(6 * each, 7 * each).forEach(i -> {
            if (busy.submit(i, System.nanoTime() + i % 3_000)) {
                hurried.incrementAndGet();
            } else {
                withdrawn.add(i);
            }
        })));
        all.add(callers.submit(() -> IntStream.range(0, 2_000).forEach(i -> {
            if (i % 2 == 0) {
                busy.alone(() -> assertThat(inside).hasValue(0));
            } else {
                busy.tryAlone(() -> assertThat(inside).hasValue(0));
            }
        })));
        for (Future<?> one : all) {
            one.get(50, TimeUnit.SECONDS);
        }
        assertThat(seen).hasSize(6 * each + hurried.get()).doesNotHaveDuplicates();
        Set<Integer> everything = new HashSet<>(seen);
        // on a busy machine it may be that nobody had to withdraw
        assertThat(withdrawn).hasSize(each - hurried.get()).noneMatch(everything::contains);
    }
}
