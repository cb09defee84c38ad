package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.file.log.Hurried;
import dev.pawl.json.Bytes;
import dev.pawl.tck.log.WatchedFiles.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long a native log becomes while the same rows are written again and again. */
@Timeout(120)
final class NativeGrowthTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    private static Key key(int id) {
        return Key.ofKey("row", "" + id);
    }

    private static void put(Backend backend, int id, long number, int size) {
        String value = "\"" + number + "x".repeat(size) + "\"";
        backend.commit(SESSION, Batch.of(Row.of(key(id), Bytes.utf8(value))));
    }

    @Test
    void aLogThatIsWrittenByManyNeverExceedsFourTimesItsLiveRowsAndAConstant() throws Exception {
        int writers = 4;
        int rows = 16;
        int size = 16 << 10;
        int rounds = 640;
        AtomicLong longest = new AtomicLong();
        AtomicInteger renames = new AtomicInteger();
        Disk disk = WatchedFiles.of(Disk.system(), (operation, file, end, length) -> {
            if (operation == Operation.WRITE && file.endsWith("default.log")) {
                longest.accumulateAndGet(end, Math::max);
            } else if (operation == Operation.RENAME && file.endsWith("default.log")) {
                renames.incrementAndGet();
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try (Backend backend = Hurried.small(directory, Durability.PROCESS_CRASH, disk, MIB, 4L * MIB)) {
            List<Future<?>> work = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer * rows;
                work.add(threads.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        put(backend, first + round % rows, round, size);
                    }
                }));
            }
            for (Future<?> done : work) {
                done.get();
            }
            for (int writer = 0; writer < writers; writer++) {
                for (int row = 0; row < rows; row++) {
                    Key key = key(writer * rows + row);
                    assertThat(backend.get(SESSION, key).orElseThrow().value().utf8())
                            .startsWith("\"" + (rounds - rows + row) + "x");
                }
            }
        } finally {
            threads.shutdown();
        }
        long live = (long) writers * rows * size;
        // 40 MiB were written. Those who are in the queue when it becomes urgent are written, and their room.
        assertThat(longest.get()).isLessThan(4 * live + 4L * MIB + 2L * MIB);
        assertThat(renames).hasValueGreaterThan(3);
    }

    /** It takes longer than the lock is kept without a commit, and nobody comes who would make it new at rest. */
    @Test
    void aLogIsMadeNewAlsoWhileTheLockIsGivenUpBetweenCommits() throws Exception {
        CountDownLatch copying = new CountDownLatch(1);
        CountDownLatch givenUp = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        Path copy = directory.resolve("default.log.new");
        Path log = directory.resolve("default.log");
        AtomicInteger births = new AtomicInteger();
        Disk disk = WatchedFiles.of(Disk.system(), (operation, file, end, length) -> {
            if (operation == Operation.WRITE && file.getFileName().equals(copy.getFileName())) {
                copying.countDown();
                await(givenUp);
            } else if (operation == Operation.CLOSE_WRITING
                    && copying.getCount() == 0
                    && file.getFileName().equals(log.getFileName())) {
                givenUp.countDown();
            } else if (operation == Operation.RENAME
                    && file.getFileName().equals(log.getFileName())
                    && births.incrementAndGet() > 1) {
                replaced.countDown();
            }
        });
        try (Backend backend = Hurried.small(directory, Durability.PROCESS_CRASH, disk, MIB, 64L * MIB)) {
            putUntil(copying, backend);
            await(givenUp);
            await(replaced);
            for (int id = 0; id < 4; id++) {
                assertThat(backend.get(SESSION, key(id))).isPresent();
            }
            assertThat(Files.size(log)).isLessThan(MIB);
        }
    }

    /** Another part of this process has what the erasure needs, for a moment. */
    @Test
    void anErasureWaitsForALogThatIsBeingMadeNew() throws Exception {
        CountDownLatch copying = new CountDownLatch(1);
        CountDownLatch erasing = new CountDownLatch(1);
        Disk disk = WatchedFiles.of(Disk.system(), (operation, file, end, length) -> {
            if (operation == Operation.WRITE && file.endsWith("default.log.new")) {
                copying.countDown();
                await(erasing);
            }
        });
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Backend backend = Hurried.small(directory, Durability.PROCESS_CRASH, disk, MIB, 64L * MIB)) {
            putUntil(copying, backend);
            Future<?> erasure = thread.submit(() -> backend.erase(SESSION, Set.of(Family.KEY), List.of()));
            while (backend.get(SESSION, key(0)).isPresent() && !erasure.isDone()) {
                Thread.onSpinWait();
            }
            erasing.countDown();
            erasure.get(30, TimeUnit.SECONDS);
            assertThat(backend.get(SESSION, key(0))).isEmpty();
        } finally {
            erasing.countDown();
            thread.shutdown();
        }
    }

    /**
     * Writes until somebody has begun to make the log new, who is another thread: once it is long enough for that, no faster
     * than that one may come late. Long before it is so long that those who write have to wait, he is there.
     */
    private static void putUntil(CountDownLatch begun, Backend backend) {
        for (int number = 0; begun.getCount() > 0; number++) {
            assertThat(number).isLessThan(1_500);
            put(backend, number % 4, number, 32 << 10);
            if (number > 100) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
