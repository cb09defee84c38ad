package dev.pawl.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Locator;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.JsonString;
import dev.pawl.migrate.Migration;
import dev.pawl.migrate.Part;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What it costs to look for due jobs among 100,000 that wait, and in 1,000 sessions that each have 100; and how fast due ones
 * go. Prints a table.
 */
public final class JobPolls {

    private static final int WAITING = 100_000;
    private static final int SESSIONS = 1_000;
    private static final int EACH = 100;
    private static final int WARM_UP = 2_000;
    private static final int POLLS = 10_000;
    private static final int SENDS = 2_000;
    private static final Duration IDLE = Duration.ofSeconds(20);

    private static final Instant LATER = Instant.parse("2099-01-01T00:00:00Z");
    private static final SessionName MANY = SessionName.of("many");
    private static final SessionName DUE = SessionName.of("due");

    private final double scale;

    private JobPolls(double scale) {
        this.scale = scale;
    }

    /**
     * Measures SQLite, the native log, PostgreSQL and Redis, or those that the system property {@code stores} names, one after
     * another, in the directory that {@code directory} names; {@code scale} below 1 only shows that everything works.
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path parent = Path.of(property("directory", System.getProperty("java.io.tmpdir")));
        Path directory = Files.createDirectories(parent.resolve("job-polls-" + System.currentTimeMillis()));
        JobPolls polls = new JobPolls(Double.parseDouble(property("scale", "1")));
        System.out.println(
                "| store | poll p50, µs | p99, µs | worst, µs | due jobs/s | a session of 1,000, µs | processor at rest,"
                        + " 1,000 sessions, ms a second |");
        System.out.println("|---|---|---|---|---|---|---|");
        String stores = property("stores", "sqlite,native,postgresql,redis");
        if (stores.contains("sqlite")) {
            polls.measure("sqlite", "sqlite:" + directory.resolve("jobs.db"));
        }
        if (stores.contains("native")) {
            polls.measure("native", "native:" + directory.resolve("native"));
        }
        if (stores.contains("postgresql")) {
            try (PostgresServer server = PostgresServer.start(directory.resolve("postgres"))) {
                polls.measure(
                        "postgresql", "postgresql://postgres@127.0.0.1:" + server.port() + "/postgres?sslmode=disable");
            }
        }
        if (stores.contains("redis")) {
            try (RedisServer server = RedisServer.start(directory.resolve("redis"))) {
                polls.measure("redis", "redis://127.0.0.1:" + server.port() + "/0");
            }
        }
    }

    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "");
        return value.isEmpty() ? otherwise : value;
    }

    private int scaled(int count) {
        return Math.max(10, (int) (count * scale));
    }

    private void measure(String name, String locator) throws InterruptedException {
        try (Backend backend = Backends.open(Locator.parse(locator), Access.READ_WRITE)) {
            fill(backend, MANY, scaled(WAITING), LATER);
            fill(backend, DUE, scaled(WAITING), Instant.EPOCH);
            Latencies polls = polls(backend);
            double due = due(backend);
            List<JobStore> stores = sessions(backend);
            double each = each(stores);
            double processor = atRest(stores);
            stores.forEach(JobStore::close);
            System.out.printf(
                    Locale.ROOT,
                    "| `%s` | %.0f | %.0f | %.0f | %,.0f | %.0f | %.1f |%n",
                    name,
                    polls.micros(0.5),
                    polls.micros(0.99),
                    polls.micros(1),
                    due,
                    each,
                    processor);
        }
    }

    /** By way of a copy, which commits many at a time. */
    private static void fill(Backend backend, SessionName session, int jobs, Instant from) {
        try (MemoryBackend source = new MemoryBackend();
                JobStore store = JobStore.open(source, session)) {
            for (int i = 0; i < jobs; i++) {
                store.schedule(from.plusSeconds(i), "6281" + i % 500 + "@s.whatsapp.net", new JsonString("hello"));
            }
            Migration.from(source, session)
                    .to(backend, session)
                    .only(Set.of(Part.JOBS))
                    .run();
        }
    }

    private static JobRunner.Builder builder() {
        return JobRunner.builder().rate(RateLimit.NONE);
    }

    /** Looks of a runner that find nothing due, as it takes one every five seconds, and a look for dead claimants among them. */
    private Latencies polls(Backend backend) {
        try (JobStore store = JobStore.open(backend, MANY);
                JobRunner runner = builder().build()) {
            runner.add(store, job -> {});
            for (int i = 0; i < scaled(WARM_UP); i++) {
                runner.runDue();
            }
            long[] nanos = new long[scaled(POLLS)];
            for (int i = 0; i < nanos.length; i++) {
                long began = System.nanoTime();
                runner.runDue();
                nanos[i] = System.nanoTime() - began;
            }
            return Latencies.of(nanos);
        }
    }

    /** Jobs claimed, sent nowhere and noted in a second, by one session, out of all that are due. */
    private double due(Backend backend) {
        try (JobStore store = JobStore.open(backend, DUE)) {
            send(store, scaled(SENDS) / 2);
            long began = System.nanoTime();
            int sent = send(store, scaled(SENDS));
            return sent * 1e9 / (System.nanoTime() - began);
        }
    }

    private static int send(JobStore store, int most) {
        // a rate that allows so many at once, and no more today
        RateLimit limit = RateLimit.perSecond(1e-6).burst(most);
        try (JobRunner runner = JobRunner.builder().rate(limit).build()) {
            runner.add(store, job -> {});
            return runner.runDue();
        }
    }

    private List<JobStore> sessions(Backend backend) {
        List<JobStore> stores = new ArrayList<>();
        for (int i = 0; i < scaled(SESSIONS); i++) {
            SessionName session = SessionName.of("s" + i);
            fill(backend, session, EACH, LATER);
            stores.add(JobStore.open(backend, session));
        }
        return stores;
    }

    /** What one look of a runner costs for each of its sessions, in microseconds. */
    private double each(List<JobStore> stores) {
        try (JobRunner runner = builder().build()) {
            stores.forEach(store -> runner.add(store, job -> {}));
            int warmUp = Math.max(2, scaled(WARM_UP) / stores.size());
            for (int i = 0; i < warmUp; i++) {
                runner.runDue();
            }
            int passes = Math.max(2, scaled(POLLS) / stores.size());
            long began = System.nanoTime();
            for (int i = 0; i < passes; i++) {
                runner.runDue();
            }
            return (System.nanoTime() - began) / 1e3 / passes / stores.size();
        }
    }

    /** How much of a processor this process uses while a runner waits for jobs in all of these, in milliseconds a second. */
    private double atRest(List<JobStore> stores) throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        try (JobRunner runner = builder().start()) {
            stores.forEach(store -> runner.add(store, job -> {}));
            Thread.sleep((long) (IDLE.toMillis() / 4 * Math.min(1, scale)));
            long before = system.getProcessCpuTime();
            long began = System.nanoTime();
            Thread.sleep((long) (IDLE.toMillis() * Math.min(1, scale)));
            return (system.getProcessCpuTime() - before) / 1e3 / ((System.nanoTime() - began) / 1e6);
        }
    }
}
