package dev.pawl.file.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.tck.disk.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that read native logs side by side. */
@Timeout(60)
final class NativeReadersTest {

    private static final int READERS = 4;

    private final SimulatedDisk disk = SimulatedDisk.empty();

    /** Does nothing later, so that whoever has the lock of a session keeps it, and readers need no disk. */
    private static final class Idle implements Keeper {
        @Override
        public void after(Duration delay, Runnable task) {}

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }

    /** What one of the readers does. */
    private interface Reader {
        void read(int number) throws Exception;
    }

    private NativeBackend open() {
        Upkeep idle = new Upkeep(new Idle(), 1L << 40, 1L << 40, 1L << 40, 1L << 40);
        return NativeBackend.builder(OneProcess.DIRECTORY)
                .durability(Durability.PROCESS_CRASH)
                .disk(disk)
                .upkeep(idle)
                .open();
    }

    private static void sideBySide(Reader reader) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try {
            CyclicBarrier begin = new CyclicBarrier(READERS);
            List<Future<?>> reading = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                int number = i;
                reading.add(threads.submit(() -> {
                    begin.await();
                    reader.read(number);
                    return true;
                }));
            }
            for (Future<?> done : reading) {
                done.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Each partition is sorted for the first who lists it. */
    @Test
    void scansSideBySideShareAnIndex() throws Exception {
        int partitions = 3_000;
        Row[] rows = new Row[partitions];
        for (int i = 0; i < partitions; i++) {
            rows[i] = Row.of(new Key(Family.KEY, "p" + i, "id"), Bytes.wrap(new byte[8]));
        }
        try (NativeBackend backend = open()) {
            for (int round = 0; round < 8; round++) {
                SessionName session = SessionName.of("s" + round);
                backend.commit(session, Batch.of(rows));
                sideBySide(number -> {
                    for (int i = 0; i < partitions; i++) {
                        String partition = "p" + (i + number * 50) % partitions;
                        Scan scan = Scan.of(Family.KEY).in(partition).withoutValues();
                        assertThat(backend.scan(session, scan).items().size()).isEqualTo(1);
                    }
                });
            }
        }
    }

    /** Which one was used longest ago changes while somebody looks for it. */
    @Test
    void restingManySessionsNeverFailsAReader() throws Exception {
        int sessions = 300;
        int often = 100;
        int wakings = 3_000;
        AtomicBoolean done = new AtomicBoolean();
        List<SessionName> names = IntStream.range(0, sessions)
                .mapToObj(i -> SessionName.of("s" + i))
                .toList();
        try (NativeBackend backend = open()) {
            names.forEach(name -> backend.commit(name, OneProcess.row("k", 10)));
            sideBySide(number -> {
                Random random = new Random(number);
                if (number == 0) {
                    try {
                        for (int i = 0; i < wakings; i++) {
                            backend.get(names.get(often + i % (sessions - often)), List.of());
                        }
                    } finally {
                        done.set(true);
                    }
                }
                while (!done.get()) {
                    backend.get(names.get(random.nextInt(often)), List.of());
                }
            });
        }
    }
}
