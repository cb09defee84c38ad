package dev.pawl.tck.log;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.log.Hurried;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A process that uses a thousand sessions, and says what they cost it. */
final class ManySessionsChild {

    static final int SESSIONS = 1_000;
    static final int THREADS = 8;

    /** Sessions that nobody uses rest after 0.3 s. */
    private static final int HURRY = 100;

    private ManySessionsChild() {}

    static SessionName session(int number) {
        return SessionName.of("s" + number);
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Backend backend = Hurried.fast(directory, Access.READ_WRITE, Durability.PROCESS_CRASH, HURRY)) {
            // What is loaded and made once.
            each(threads, 0, 150, session -> use(backend, session, new AtomicLong()));
            untilAtRest(directory);
            long before = liveHeap();

            AtomicLong openFiles = new AtomicLong();
            each(threads, 150, SESSIONS, session -> use(backend, session, openFiles));
            say("threads", ownThreads());
            each(threads, 0, SESSIONS, session -> read(backend, session));
            untilAtRest(directory);
            say("open-files", openFiles.get());
            say("open-logs-at-rest", openLogs(directory));
            say("bytes-at-rest", (liveHeap() - before) / (SESSIONS - 150));
        } finally {
            threads.shutdown();
        }
        System.out.println("closed");
    }

    private static void say(String name, long number) {
        System.out.println(name + " " + number);
    }

    private interface Use {
        void of(int session) throws IOException;
    }

    private static void each(ExecutorService threads, int from, int to, Use use) throws Exception {
        List<Future<?>> uses = new ArrayList<>();
        for (int number = from; number < to; number++) {
            int session = number;
            uses.add(threads.submit(() -> {
                use.of(session);
                return session;
            }));
        }
        for (Future<?> each : uses) {
            each.get();
        }
    }

    private static void use(Backend backend, int session, AtomicLong openFiles) throws IOException {
        Key key = Key.ofKey("session", "peer");
        backend.commit(session(session), Batch.of(Row.of(key, Bytes.utf8("" + session))));
        read(backend, session);
        openFiles.accumulateAndGet(openFiles(), Math::max);
    }

    private static void read(Backend backend, int session) {
        Row row = backend.get(session(session), Key.ofKey("session", "peer")).orElseThrow();
        if (!row.value().utf8().equals("" + session)) {
            throw new AssertionError(
                    "session " + session + " reads " + row.value().utf8());
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long openLogs(Path directory) throws IOException {
        String logs = directory.toRealPath().toString();
        long count = 0;
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open.toList()) {
                try {
                    String file = Files.readSymbolicLink(descriptor).toString();
                    count += file.startsWith(logs) && !file.endsWith("lock") && !file.equals(logs) ? 1 : 0;
                } catch (IOException e) {
                    // It was closed meanwhile.
                }
            }
        }
        return count;
    }

    private static void untilAtRest(Path directory) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (openLogs(directory) > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("pawl-"))
                .count();
    }

    /** The least of some measurements: what is referred to weakly goes one after the other. */
    private static long liveHeap() {
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 8; attempt++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
