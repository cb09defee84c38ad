package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Durability;
import dev.pawl.backend.SessionName;
import dev.pawl.file.log.Hurried;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Those who read and commit are interrupted at any moment, which changes nothing for the store. */
@Timeout(120)
final class NativeInterruptTest {

    private static final SessionName SESSION = SessionName.of("one");
    private static final int THREADS = 4;
    private static final int TIMES = 300;

    @TempDir
    private Path directory;

    /** How a thread is started. */
    private interface Start {
        Thread thread(Runnable work) throws ReflectiveOperationException;
    }

    /** Somebody who counts, and what he has seen of being interrupted. */
    private static final class Counting implements Runnable {

        private final Counter counter;
        private final ConcurrentLinkedQueue<Throwable> failures;
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong seen = new AtomicLong();

        Counting(Counter counter, ConcurrentLinkedQueue<Throwable> failures) {
            this.counter = counter;
            this.failures = failures;
        }

        @Override
        public void run() {
            try {
                for (int time = 0; time < TIMES; time++) {
                    counter.countUp();
                    look();
                }
                while (seen.get() < sent.get()) {
                    look();
                }
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        }

        private void look() {
            if (Thread.interrupted()) {
                seen.incrementAndGet();
            }
        }

        /** Only after the last one was seen, so that the flag stands for one. */
        void interrupt(Thread thread) {
            if (sent.get() == seen.get()) {
                sent.incrementAndGet();
                thread.interrupt();
            }
        }
    }

    private void interruptAtRandom(Start start) throws Exception {
        Random random = new Random(3);
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        long interrupted = 0;
        // The session rests and is woken, and its log made new, again and again.
        try (Backend backend = Hurried.fastAndSmall(directory, Access.READ_WRITE, Durability.POWER_LOSS, 10_000)) {
            List<Counting> counting = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                counting.add(new Counting(new Counter(backend, SESSION), failures));
                threads.add(start.thread(counting.get(thread)));
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                int one = random.nextInt(THREADS);
                counting.get(one).interrupt(threads.get(one));
                Thread.yield();
            }
            assertThat(failures).isEmpty();
            for (Counting each : counting) {
                interrupted += each.seen.get();
            }
            assertThat(new Counter(backend, SESSION).number()).isEqualTo((long) THREADS * TIMES);
        }
        assertThat(interrupted).isGreaterThan(THREADS * 10L);
        try (Backend backend = Hurried.fast(directory, Access.READ_ONLY, Durability.POWER_LOSS, 1)) {
            assertThat(new Counter(backend, SESSION).number()).isEqualTo((long) THREADS * TIMES);
        }
    }

    static Stream<Named<Start>> threads() {
        Start platform = work -> {
            Thread thread = new Thread(work);
            thread.start();
            return thread;
        };
        Start virtual = work -> (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        return Runtime.version().feature() < 21
                ? Stream.of(Named.of("platform", platform))
                : Stream.of(Named.of("platform", platform), Named.of("virtual", virtual));
    }

    @ParameterizedTest
    @MethodSource("threads")
    void committersWhoAreInterruptedLoseNothingAndSeeThatTheyWere(Start start) throws Exception {
        interruptAtRandom(start);
    }

    @Test
    void whoIsInterruptedBeforeHeOpensReadsWritesAndClosesAllTheSame() {
        Thread.currentThread().interrupt();
        try {
            for (int time = 0; time < 3; time++) {
                try (Backend backend = Hurried.fast(directory, Access.READ_WRITE, Durability.POWER_LOSS, 1)) {
                    assertThat(new Counter(backend, SESSION).countUp()).isEqualTo(time);
                }
                try (Backend backend = Hurried.fast(directory, Access.READ_ONLY, Durability.POWER_LOSS, 1)) {
                    assertThat(new Counter(backend, SESSION).number()).isEqualTo(time + 1);
                }
            }
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
