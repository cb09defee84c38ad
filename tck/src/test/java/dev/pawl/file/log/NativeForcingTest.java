package dev.pawl.file.log;

import static dev.pawl.file.log.OneProcess.DIRECTORY;
import static dev.pawl.file.log.OneProcess.SESSION;
import static dev.pawl.file.log.OneProcess.key;
import static dev.pawl.file.log.OneProcess.present;
import static dev.pawl.file.log.OneProcess.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Durability;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.tck.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a native log has forced when it acknowledges a commit, or is closed, although a force failed before. */
@Timeout(60)
final class NativeForcingTest {

    private static final int SEEDS = 20;

    private final SimulatedDisk disk = SimulatedDisk.empty();

    /**
     * A system tells of a write that did not reach the medium once: the next force of the same file succeeds. Here the first
     * is the one that is done beside commits, and the next that of a commit which was written when the first failed.
     */
    @Test
    void aForceThatFailsBesideACommitIsNotForgotten() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        AtomicBoolean begun = new AtomicBoolean();
        AtomicReference<Future<?>> commit = new AtomicReference<>();
        AtomicReference<NativeBackend> synced = new AtomicReference<>();
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals(OneProcess.FORCE)
                    && arguments.get(1).equals("what was written without being forced")
                    && begun.compareAndSet(false, true)) {
                commit.set(thread.submit(() -> synced.get().commit(SESSION, row("beside", 10))));
                await(written);
                disk.faults().failFrom(disk.faults().operations() + 1, 1);
                try {
                    return operation.answer();
                } finally {
                    failed.countDown();
                }
            }
            boolean beside = begun.get() && failed.getCount() > 0;
            if (beside && name.equals(OneProcess.FORCE)) {
                await(failed);
            }
            Object answer = operation.answer();
            if (beside && name.equals(OneProcess.WRITE) && isFrame((byte[]) arguments.get(2))) {
                written.countDown();
            }
            return answer;
        });
        try (process;
                NativeBackend relaxed = process.open(Durability.PROCESS_CRASH)) {
            synced.set(process.open(Durability.POWER_LOSS));
            synced.get().commit(SESSION, row("first", 10));
            // A session that is used all the time keeps its lock, and is forced after a second.
            for (int i = 0; commit.get() == null; i++) {
                assertThat(i).isLessThan(100);
                relaxed.commit(SESSION, row("relaxed", 10));
                process.pass(Duration.ofMillis(19));
            }
            assertThatThrownBy(() -> commit.get().get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(InDoubtException.class);
            synced.get().commit(SESSION, row("after", 10));
            for (int seed = 0; seed < SEEDS; seed++) {
                assertThat(afterPowerCut(seed, "first", "after")).contains("first", "after");
            }
            synced.get().close();
        } finally {
            thread.shutdownNow();
        }
    }

    private static boolean isFrame(byte[] bytes) {
        return bytes[0] == FrameHeader.MARK_BEGIN;
    }

    @Test
    void theNameOfANewLogIsForcedBeforeItsFirstRow() throws Exception {
        failsOnceAndThenAcknowledgesWhatAPowerCutLeaves(DIRECTORY);
    }

    @Test
    void theNameOfANewDirectoryIsForcedBeforeItsFirstRow() throws Exception {
        failsOnceAndThenAcknowledgesWhatAPowerCutLeaves(Objects.requireNonNull(DIRECTORY.getParent()));
    }

    private void failsOnceAndThenAcknowledgesWhatAPowerCutLeaves(Path named) {
        AtomicBoolean fails = new AtomicBoolean(true);
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals("forceDirectory") && arguments.get(0).equals(named) && fails.getAndSet(false)) {
                throw new IOException("Input/output error");
            }
            return operation.answer();
        });
        try (process;
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            assertThatThrownBy(() -> backend.commit(SESSION, row("a", 10)))
                    .isInstanceOfAny(UnavailableException.class, InDoubtException.class);
            backend.commit(SESSION, row("a", 10));
            for (int seed = 0; seed < SEEDS; seed++) {
                assertThat(afterPowerCut(seed, "a")).containsExactly("a");
            }
        }
    }

    @Test
    void closingForcesEvenWhenCompactionCannotRun() {
        AtomicBoolean full = new AtomicBoolean();
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals("create") && arguments.get(0).toString().endsWith(".log.new") && full.get()) {
                throw new IOException("No space left on device");
            }
            return operation.answer();
        });
        try (NativeBackend backend = process.open(Durability.PROCESS_CRASH)) {
            // Enough to be made new at rest, and not before.
            for (int i = 0; i < 10; i++) {
                backend.commit(SESSION, row("k", 8 << 10));
            }
            backend.commit(SESSION, row("last", 10));
        }
        full.set(true);
        process.close();
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(afterPowerCut(seed, "k", "last")).containsExactly("k", "last");
        }
        try (OneProcess other = new OneProcess(disk)) {
            assertThat(other.isLeftClosed(SESSION)).isTrue();
        }
    }

    private Set<String> afterPowerCut(int seed, String... ids) {
        try (OneProcess process = new OneProcess(disk.afterPowerCut(seed));
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            return present(backend, ids);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whoever is told that nobody knows reads again, and what he sees then must not go with the power. */
    @Test
    void whatIsReadAfterAForceThatFailedIsThereAfterAPowerCut() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals(OneProcess.FORCE) && fails.getAndSet(false)) {
                disk.faults().failFrom(disk.faults().operations() + 1, 1);
            }
            return operation.answer();
        });
        try (process;
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            backend.commit(SESSION, row("first", 10));
            fails.set(true);
            assertThatThrownBy(() -> backend.commit(SESSION, row("doubtful", 10)))
                    .isInstanceOf(InDoubtException.class);
            boolean seen = !backend.get(SESSION, List.of(key("doubtful"))).isEmpty();
            for (int seed = 0; seed < SEEDS; seed++) {
                assertThat(afterPowerCut(seed, "first", "doubtful").contains("doubtful"))
                        .isEqualTo(seen);
            }
        }
    }
}
