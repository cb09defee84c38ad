package dev.pawl.file.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocksBetweenProcessesTest {

    @TempDir
    Path directory;

    private Locks locks;
    private SessionLock lock;
    private Path counter;

    @BeforeEach
    void open() throws IOException {
        locks = new Locks(Disk.system(), directory);
        lock = new SessionLock(Disk.system(), locks, LockChild.SESSION);
        counter = Files.write(directory.resolve("counter"), new byte[4]);
    }

    @AfterEach
    void close() {
        lock.release();
        locks.close();
    }

    @Test
    void oneProcessHasTheRightAndAKilledOneHasItNoMore() throws Exception {
        try (LockChild child = LockChild.start(directory)) {
            assertThat(child.does("take")).isEqualTo("true");
            assertThat(lock.tryTake()).isFalse();
            assertThat(child.does("release")).isEqualTo("released");
            assertThat(lock.tryTake()).isTrue();
            assertThat(child.does("tryTake")).isEqualTo("false");
            lock.release();
            assertThat(child.does("take")).isEqualTo("true");
            assertThat(lock.tryTake()).isFalse();
            child.kill();
            assertThat(lock.tryTake()).isTrue();
        }
    }

    @Test
    void aLeaseHasOneProcess() throws Exception {
        try (LockChild child = LockChild.start(directory)) {
            assertThat(child.does("lease auth")).isEqualTo("true");
            assertThat(locks.tryLease(LockChild.SESSION, "auth")).isEmpty();
            Disk.FileLock jobs = locks.tryLease(LockChild.SESSION, "jobs").orElseThrow();
            assertThat(child.does("lease jobs")).isEqualTo("false");
            jobs.close();
            assertThat(child.does("lease jobs")).isEqualTo("true");
            child.kill();
            locks.tryLease(LockChild.SESSION, "auth").orElseThrow().close();
        }
    }

    @Test
    void whoWritesWithoutAPauseLetsAnotherInSoon() throws Exception {
        List<Duration> waits = new ArrayList<>();
        try (LockChild child = LockChild.start(directory)) {
            assertThat(child.does("work " + counter)).isEqualTo("working");
            for (int i = 0; i < 9; i++) {
                Duration before = Disk.system().uptime();
                assertThat(lock.take()).isTrue();
                waits.add(Disk.system().uptime().minus(before));
                lock.release();
                while (lock.tryTake()) {
                    lock.release(); // Until the other has it again.
                }
            }
        }
        // Most of them: a machine that has other things to do may keep some waiting. Who is not let in waits for half a
        // minute.
        assertThat(waits.stream().sorted().toList().get(4)).as("of %s", waits).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void twoWhoWriteWithoutAPauseTakeTurns() throws Exception {
        int turns = 10;
        try (LockChild child = LockChild.start(directory)) {
            assertThat(child.does("work " + counter)).isEqualTo("working");
            Duration start = Disk.system().uptime();
            LockChild.Work own = LockChild.busily(lock, counter, yielded -> yielded == turns);
            Duration took = Disk.system().uptime().minus(start);
            String[] theirs = child.does("stop").split(" ");
            assertThat(Integer.parseInt(theirs[0])).isGreaterThanOrEqualTo(turns / 2);
            assertThat(LockChild.counted(counter))
                    .as("nobody wrote beside another")
                    .isEqualTo(own.writes() + Integer.parseInt(theirs[1]));
            // It takes half a second. Who is not let in waits for half a minute.
            assertThat(took).as("20 turns").isLessThan(Duration.ofSeconds(15));
        }
    }
}
