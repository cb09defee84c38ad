package dev.pawl.file.log;

import static dev.pawl.file.log.OneProcess.DIRECTORY;
import static dev.pawl.file.log.OneProcess.SESSION;
import static dev.pawl.file.log.OneProcess.present;
import static dev.pawl.file.log.OneProcess.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Disk;
import dev.pawl.tck.disk.SimulatedDisk;
import dev.pawl.tck.disk.WatchedDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When native logs are made new, and who is in whose way then. */
@Timeout(60)
final class NativeNewLogTest {

    private static final int KIB = 1 << 10;
    private static final Duration A_MOMENT = Duration.ofMillis(1);

    /** The lock is given up after this much time without a commit. */
    private static final Duration A_PAUSE = Duration.ofMillis(50);

    private final SimulatedDisk disk = SimulatedDisk.empty();

    private long length() throws IOException {
        return disk.stat(DIRECTORY.resolve("s.log")).orElseThrow().size();
    }

    private static boolean begins(String name, List<Object> arguments) {
        return name.equals("create") && arguments.get(0).toString().endsWith(".log.new");
    }

    /** Writes more than what a log may be long that holds only this row. */
    private static void outgrow(NativeBackend backend) {
        for (int i = 0; i < 20; i++) {
            backend.commit(SESSION, row("k", 8 * KIB));
        }
    }

    /** Whether what is changed is noted, which needs memory until somebody takes it. */
    private static boolean isWatched(OneProcess process) {
        return process.directory()
                .session(SESSION)
                .read(log -> log.index().changed().isPresent())
                .orElseThrow();
    }

    @Test
    void compactionEndsAlsoWhenTheWritersPause() throws Exception {
        AtomicReference<OneProcess> own = new AtomicReference<>();
        AtomicInteger pauses = new AtomicInteger();
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals(OneProcess.FORCE) && arguments.get(1).equals("the rows of a new log")) {
                own.get().pass(A_PAUSE);
                assertThat(own.get().isAwakeWithoutLock(SESSION)).isTrue();
                pauses.incrementAndGet();
            }
            return operation.answer();
        });
        own.set(process);
        try (process;
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            outgrow(backend);
            assertThat(length()).isGreaterThan(160 * KIB);
            process.pass(A_PAUSE.multipliedBy(10));
            assertThat(pauses).hasPositiveValue();
            assertThat(length()).isLessThan(96 * KIB);
            assertThat(present(backend, "k")).containsExactly("k");
            assertThat(isWatched(process)).isFalse();
        }
    }

    @Test
    void aNewLogThatCannotBeMadeIsNotBegunAgainWithEveryCommitAndNothingIsNotedForIt() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        AtomicBoolean fails = new AtomicBoolean(true);
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (begins(name, arguments)) {
                begun.incrementAndGet();
            }
            if (name.equals(OneProcess.FORCE) && arguments.get(1).equals("the rows of a new log") && fails.get()) {
                throw new IOException("Input/output error");
            }
            return operation.answer();
        });
        try (process;
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            // The first time it is the log itself that is made.
            for (int i = 0; begun.get() < 2; i++) {
                assertThat(i).isLessThan(20);
                backend.commit(SESSION, row("k", 8 * KIB));
                process.pass(A_MOMENT);
            }
            for (int i = 0; i < 5; i++) {
                backend.commit(SESSION, row("k", 4 * KIB));
                process.pass(A_MOMENT);
            }
            assertThat(begun).hasValue(2);
            assertThat(isWatched(process)).isFalse();
            fails.set(false);
            outgrow(backend);
            process.pass(A_MOMENT);
            assertThat(begun).hasValue(3);
            assertThat(length()).isLessThan(96 * KIB);
        }
    }

    @Test
    void aNewLogThatAnotherProcessIsMakingIsNotBegunWithEveryCommit() throws Exception {
        try (OneProcess process = new OneProcess(disk);
                NativeBackend backend = process.open(Durability.POWER_LOSS);
                OneProcess other = new OneProcess(disk)) {
            backend.commit(SESSION, row("k", KIB));
            Disk.FileLock right =
                    other.directory().locks().tryCompaction(SESSION).orElseThrow();
            int usual = process.waiting();
            for (int i = 0; process.waiting() == usual; i++) {
                assertThat(i).isLessThan(20);
                backend.commit(SESSION, row("k", 8 * KIB));
            }
            process.pass(A_MOMENT);
            for (int i = 0; i < 5; i++) {
                backend.commit(SESSION, row("k", 4 * KIB));
                assertThat(process.waiting()).isEqualTo(usual);
            }
            right.close();
        }
    }

    @Test
    void erasingALogThatIsBeingMadeNewWorks() throws Exception {
        CountDownLatch copying = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals(OneProcess.FORCE) && arguments.get(1).equals("the rows of a new log")) {
                copying.countDown();
                await(waiting);
            } else if (name.equals("pause")) {
                waiting.countDown();
            }
            return operation.answer();
        });
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (process;
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            outgrow(backend);
            Future<?> copy = thread.submit(() -> process.pass(A_MOMENT));
            await(copying);
            try {
                backend.erase(SESSION, Set.of(Family.KEY), List.of());
            } finally {
                waiting.countDown();
                copy.get(30, TimeUnit.SECONDS);
            }
            assertThat(present(backend, "k")).isEmpty();
        } finally {
            thread.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void erasingFailsAtOnceWhereTheLogCannotBeMadeNew() {
        AtomicBoolean full = new AtomicBoolean();
        AtomicInteger pauses = new AtomicInteger();
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals("pause")) {
                pauses.incrementAndGet();
            }
            if (name.equals(OneProcess.WRITE) && arguments.get(0).toString().endsWith(".log.new") && full.get()) {
                throw new IOException("No space left on device");
            }
            return operation.answer();
        });
        try (process;
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            backend.commit(SESSION, row("k", KIB));
            full.set(true);
            assertThatThrownBy(() -> backend.erase(SESSION, Set.of(Family.KEY), List.of()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("do this again: No space left on device");
            assertThat(pauses).hasValue(0);
            assertThat(present(backend, "k")).isEmpty();
            full.set(false);
            backend.erase(SESSION, Set.of(Family.KEY), List.of());
        }
    }

    @Test
    void erasingWaitsForAnotherProcessThatIsMakingTheLogNew() throws Exception {
        AtomicReference<Disk.FileLock> right = new AtomicReference<>();
        AtomicInteger pauses = new AtomicInteger();
        WatchedDisk.Watcher watcher = (name, arguments, operation) -> {
            if (name.equals("pause") && pauses.incrementAndGet() == 10) {
                right.get().close();
            }
            return operation.answer();
        };
        try (OneProcess process = new OneProcess(disk, watcher);
                NativeBackend backend = process.open(Durability.POWER_LOSS);
                OneProcess other = new OneProcess(disk)) {
            backend.commit(SESSION, row("k", KIB));
            right.set(other.directory().locks().tryCompaction(SESSION).orElseThrow());
            backend.erase(SESSION, Set.of(Family.KEY), List.of());
            assertThat(pauses).hasValue(10);
            assertThat(present(backend, "k")).isEmpty();
        }
    }
}
