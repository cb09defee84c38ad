package dev.pawl.benchmarks;

import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * How many due jobs of fifty sessions one runner sends in a second, nowhere, on a PostgreSQL of the same machine and on one that
 * every call takes some milliseconds to reach. Prints a table.
 */
public final class JobCrowd {

    private static final int SESSIONS = 50;
    private static final int EACH = 40;
    private static final int TRIALS = 3;

    private JobCrowd() {}

    /** A backend at the other end of a network. */
    private static final class FarAway extends ForwardingBackend {
        private final long nanos;

        FarAway(Backend delegate, Duration way) {
            super(delegate);
            this.nanos = way.toNanos();
        }

        private void travel() {
            if (nanos > 0) {
                LockSupport.parkNanos(nanos);
            }
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            travel();
            return super.get(session, keys);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            travel();
            return super.scan(session, scan);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            travel();
            super.commit(session, batch);
        }
    }

    /** Measures, in the directory for temporary files. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        // not a directory for us alone: where this is run by root, the server is not
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        Path directory = Files.createDirectories(parent.resolve("job-crowd-" + System.currentTimeMillis()));
        System.out.println("| a call takes, ms | due jobs of " + SESSIONS + " sessions a second |");
        System.out.println("|---|---|");
        try (PostgresServer server = PostgresServer.start(directory.resolve("postgres"))) {
            String locator = "postgresql://postgres@127.0.0.1:" + server.port() + "/postgres?sslmode=disable";
            int run = 0;
            for (long millis : List.of(0L, 2L, 10L)) {
                for (int i = 0; i < TRIALS; i++) {
                    try (Backend backend = new FarAway(
                            Backends.open(Locator.parse(locator), Access.READ_WRITE), Duration.ofMillis(millis))) {
                        System.out.printf(
                                Locale.ROOT, "| %d | %.0f |%n", millis, perSecond(backend, "r" + run++ + "-"));
                    }
                }
            }
        }
    }

    private static double perSecond(Backend backend, String prefix) throws InterruptedException {
        List<JobStore> stores = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            JobStore store = JobStore.open(backend, SessionName.of(prefix + i));
            for (int n = 0; n < EACH; n++) {
                store.schedule(Instant.now(), "6281" + n + "@s.whatsapp.net", new JsonString("hello"));
            }
            stores.add(store);
        }
        CountDownLatch sent = new CountDownLatch(SESSIONS * EACH);
        long began = System.nanoTime();
        try (JobRunner runner = JobRunner.builder()
                .rate(RateLimit.NONE)
                .concurrency(Integer.MAX_VALUE)
                .start()) {
            stores.forEach(store -> runner.add(store, job -> sent.countDown()));
            sent.await();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        stores.forEach(JobStore::close);
        return SESSIONS * EACH / seconds;
    }
}
