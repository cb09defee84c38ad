package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What several threads and instances see of each other: W02, W14, W15, W16, W20. */
abstract class ConcurrencyRules extends CommitRules {

    private static final int ROWS = 6;

    /** A writer goes on at least until each of its readers has looked this often, however slowly they are scheduled. */
    private static final int LOOKS = 10;

    @Test
    @DisplayName("W02 readers in other threads see a batch whole or not at all, one get or one page at a time")
    void w02ReadersSeeWholeBatches() throws Exception {
        watch(keysInTwoPartitions(), backend, backend);
    }

    @RuleFor(Need.SHARING)
    @DisplayName("W02 readers on another instance, opened for reading only, see a batch whole or not at all")
    void w02OtherInstanceSeesWholeBatches() throws Exception {
        List<Key> keys = keysInTwoPartitions();
        put(keys.stream().map(key -> row(key, 0)).toArray(Row[]::new));
        watch(keys, backend, second(Access.READ_ONLY));
    }

    @Test
    @DisplayName("W02 a row that moves to another key in one batch is never seen at both or at none")
    void w02MovedRowIsSeenOnce() throws Exception {
        Key left = key("pre-key", "1");
        Key right = key("session", "1");
        put(row(left, 0));
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger waiting = new AtomicInteger(2);
        Callable<Void> writer = () -> {
            try {
                for (int n = 1; n <= rounds() || waiting.get() > 0 && !done.get(); n++) {
                    boolean even = n % 2 == 0;
                    backend.commit(
                            MAIN,
                            new Batch(List.of(), List.of(row(even ? left : right, n)), List.of(even ? right : left)));
                }
            } finally {
                done.set(true);
            }
            return null;
        };
        Callable<Void> getter = whileRunning(
                done,
                waiting,
                () -> assertThat(backend.get(MAIN, List.of(left, right))).hasSize(1));
        Callable<Void> scanner = whileRunning(
                done,
                waiting,
                () -> assertThat(backend.scan(MAIN, Scan.of(plain())).items()).hasSize(1));
        Threads.together(List.of(writer, getter, scanner));
    }

    @RuleFor(Need.CREDENTIALS_AND_KEYS)
    @DisplayName("W20 readers never see the credentials of one commit with the keys of another")
    void w20ReadersSeeFamiliesTogether() throws Exception {
        List<Key> keys = List.of(Key.CREDENTIALS, Key.ofKey("pre-key", "1"), Key.ofKey("session", "1"));
        put(keys.stream().map(key -> row(key, 0)).toArray(Row[]::new));
        watch(keys, backend, subject.isShared() ? second(Access.READ_ONLY) : backend);
    }

    @Test
    @DisplayName("W15 eight threads that read, check and commit one counter lose no update")
    void w15CounterLosesNoUpdate() throws Exception {
        count(backend, backend);
    }

    @RuleFor(Need.SHARING)
    @DisplayName("W15 threads on two instances that read, check and commit one counter lose no update")
    void w15CounterOfTwoInstancesLosesNoUpdate() throws Exception {
        count(backend, second(Access.READ_WRITE));
    }

    @Test
    @DisplayName("W15 of many that put one row if it is absent exactly one succeeds")
    void w15OneCreates() throws Exception {
        Backend other = subject.isShared() ? second(Access.READ_WRITE) : backend;
        for (int round = 0; round < (subject.isSlow() ? 5 : 30); round++) {
            Key key = key("round-" + round);
            List<Callable<Optional<Integer>>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int mine = thread;
                work.add(() -> {
                    try {
                        (mine % 2 == 0 ? backend : other)
                                .commit(MAIN, Batch.of(row(key, mine)).with(Check.absent(key)));
                        return Optional.of(mine);
                    } catch (ConflictException lost) {
                        return Optional.empty();
                    }
                });
            }
            List<Integer> winners =
                    Threads.together(work).stream().flatMap(Optional::stream).toList();
            assertThat(winners).hasSize(1);
            assertThat(read(key)).contains(seen(row(key, winners.get(0))));
        }
    }

    @Test
    @DisplayName("W16 a caller that is already interrupted gets an answer that is true, and so do those after it")
    void w16InterruptedCallerIsToldTheTruth() throws Exception {
        put(row(key("before"), 1));
        Set<Row> acknowledged = new HashSet<>();
        Set<Row> refused = new HashSet<>();
        for (int n = 0; n < 20; n++) {
            Row row = row(key("interrupted-" + n), n);
            Threads.elsewhere(() -> {
                Thread.currentThread().interrupt();
                commitNoting(row, acknowledged, refused);
                return null;
            });
            Threads.elsewhere(() -> {
                Thread.currentThread().interrupt();
                try {
                    assertThat(read(key("before"))).isPresent();
                } catch (UnavailableException mayBe) {
                    assertThat(mayBe.getMessage()).isNotEmpty();
                }
                return null;
            });
            assertThat(read(key("before"))).isPresent();
        }
        assertTrue(acknowledged, refused);
        reopenIfStored();
        assertTrue(acknowledged, refused);
    }

    @Test
    @DisplayName("W16 interrupting callers again and again loses no acknowledged commit and disturbs nobody else")
    void w16InterruptsDisturbNobody() throws Exception {
        int rounds = subject.isSlow() ? 40 : 150;
        Set<Row> acknowledged = Collections.synchronizedSet(new HashSet<>());
        Set<Row> refused = Collections.synchronizedSet(new HashSet<>());
        CountDownLatch running = new CountDownLatch(2);
        List<FutureTask<Void>> tasks = new ArrayList<>();
        List<Thread> victims = new ArrayList<>();
        for (int v = 0; v < 2; v++) {
            String name = "victim-" + v + "-";
            FutureTask<Void> task = new FutureTask<>(() -> {
                running.countDown();
                for (int n = 0; n < rounds; n++) {
                    commitNoting(row(key(name + n), n), acknowledged, refused);
                }
                return null;
            });
            tasks.add(task);
            victims.add(Threads.start(task));
        }
        FutureTask<Void> bystander = new FutureTask<>(() -> {
            for (int n = 0; n < rounds; n++) {
                put(row(key("bystander"), n));
                assertThat(read(key("bystander"))).contains(seen(row(key("bystander"), n)));
            }
            return null;
        });
        Threads.start(bystander);
        running.await();
        while (!tasks.stream().allMatch(FutureTask::isDone)) {
            victims.forEach(Thread::interrupt);
            Thread.onSpinWait();
        }
        for (FutureTask<Void> task : tasks) {
            Threads.result(task);
        }
        Threads.result(bystander);
        assertTrue(acknowledged, refused);
        reopenIfStored();
        assertTrue(acknowledged, refused);
    }

    @Test
    @DisplayName("W14 closing while others commit stops them with ClosedException; what was acknowledged is kept")
    void w14ClosingWhileOthersCommit() throws Exception {
        Map<Key, Row> acknowledged = new ConcurrentHashMap<>();
        AtomicBoolean isClosed = new AtomicBoolean();
        CountDownLatch some = new CountDownLatch(20);
        List<FutureTask<Throwable>> tasks = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            String name = "thread-" + t + "-";
            FutureTask<Throwable> task = new FutureTask<>(() -> {
                int allowed = 100;
                for (int n = 0; allowed > 0; n++) {
                    try {
                        Row row = row(key(name + n % 200), n);
                        put(row);
                        acknowledged.put(row.key(), row);
                        some.countDown();
                        allowed -= isClosed.get() ? 1 : 0;
                    } catch (RuntimeException end) {
                        return end;
                    }
                }
                return new AssertionError("commits go on after close");
            });
            tasks.add(task);
            Threads.start(task);
        }
        some.await();
        close(backend);
        isClosed.set(true);
        for (FutureTask<Throwable> task : tasks) {
            assertThat(Threads.result(task)).isInstanceOfAny(ClosedException.class, InDoubtException.class);
        }
        if (subject.isStored()) {
            backend = open(subject, Access.READ_WRITE);
            for (Row row : acknowledged.values()) {
                Optional<Row> found = backend.get(MAIN, row.key());
                assertThat(found).isPresent();
                assertThat(n(found.get())).isGreaterThanOrEqualTo(n(row));
            }
        }
    }

    /** How often a test of threads turns: enough for a backend in memory to meet each window, bearable where each turn is forced to a disk. */
    private int rounds() {
        return subject.isSlow() ? 24 : 300;
    }

    private List<Key> keysInTwoPartitions() {
        List<Key> keys = new ArrayList<>();
        for (int n = 0; n < ROWS; n++) {
            keys.add(key(n % 2 == 0 ? "pre-key" : "session", "" + n));
        }
        return keys;
    }

    /** Puts all keys again and again, each time with one number, while others look for two numbers at once. */
    private void watch(List<Key> keys, Backend writing, Backend reading) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger waiting = new AtomicInteger(4);
        Key one = keys.get(keys.size() - 1);
        writing.commit(MAIN, Batch.of(keys.stream().map(key -> row(key, 0)).toArray(Row[]::new)));
        Callable<Void> writer = () -> {
            try {
                for (int n = 1; n <= rounds() || waiting.get() > 0 && !done.get(); n++) {
                    long number = n;
                    writing.commit(
                            MAIN,
                            Batch.of(keys.stream().map(key -> row(key, number)).toArray(Row[]::new)));
                }
            } finally {
                done.set(true);
            }
            return null;
        };
        Callable<Void> getter = whileRunning(
                done,
                waiting,
                () -> assertOneNumber(keys.size(), () -> reading.get(MAIN, keys).values()));
        long scanned = keys.stream().filter(key -> key.family() == one.family()).count();
        Callable<Void> scanner = whileRunning(
                done,
                waiting,
                () -> assertOneNumber(
                        (int) scanned,
                        () -> reading.scan(MAIN, Scan.of(one.family())).items()));
        Threads.together(List.of(writer, getter, getter, scanner, scanner));
    }

    private void assertOneNumber(int rows, Supplier<Collection<Row>> reading) {
        Collection<Row> read = reading.get();
        assertThat(read).hasSize(rows);
        Set<Long> numbers = new HashSet<>();
        read.forEach(row -> numbers.add(n(row)));
        assertThat(numbers).as("numbers seen in one read").hasSize(1);
    }

    /** Looks again and again until the writer is done. What it sees wrong ends the writer too. */
    private static Callable<Void> whileRunning(AtomicBoolean done, AtomicInteger waiting, Runnable look) {
        return () -> {
            try {
                int looks = 0;
                do {
                    look.run();
                    if (++looks == LOOKS) {
                        waiting.decrementAndGet();
                    }
                } while (!done.get());
            } finally {
                done.set(true);
            }
            return null;
        };
    }

    private void count(Backend first, Backend second) throws Exception {
        Key counter = key("counter");
        int increments = subject.isSlow() ? 6 : 40;
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            Backend mine = thread % 2 == 0 ? first : second;
            work.add(() -> {
                int attempts = 0;
                for (int done = 0; done < increments; ) {
                    assertThat(attempts++)
                            .as("attempts of one thread to count on")
                            .isLessThan(20_000);
                    Optional<Row> now = mine.get(MAIN, counter);
                    Row next = row(counter, now.map(ConcurrencyRules::n).orElse(0L) + 1);
                    try {
                        mine.commit(MAIN, Batch.of(next).with(Check.unchanged(counter, now)));
                        done++;
                    } catch (ConflictException again) {
                        Thread.onSpinWait();
                    }
                }
                return null;
            });
        }
        Threads.together(work);
        assertThat(read(counter)).contains(seen(row(counter, 8L * increments)));
    }

    private void commitNoting(Row row, Set<Row> acknowledged, Set<Row> refused) {
        try {
            put(row);
            acknowledged.add(row);
        } catch (UnavailableException nothingApplied) {
            refused.add(row);
        } catch (InDoubtException either) {
            assertThat(either.getMessage()).isNotEmpty();
        }
    }

    private void assertTrue(Set<Row> acknowledged, Set<Row> refused) {
        acknowledged.forEach(row -> assertThat(read(row.key())).contains(seen(row)));
        refused.forEach(row -> assertThat(read(row.key())).isEmpty());
        Map<Key, Row> none = backend.get(MAIN, List.of(key("never")));
        assertThat(none).isEmpty();
    }

    static long n(Row row) {
        return JsonValue.parse(row.value()) instanceof JsonObject object
                        && object.get("n").orElseThrow() instanceof JsonNumber number
                ? number.longValue()
                : -1;
    }
}
