package dev.pawl.benchmarks;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes what a device writes while messages arrive, one after another: each a session record, each tenth also the deletion of a used pre-key and the credentials with the next pre-key's number, as one
 * commit.
 *
 * <p>At most {@code count} messages and {@code seconds} seconds, after {@code warmUp} messages or {@code warmUpSeconds} seconds on another store of the same kind in the same process. Latencies are in
 * microseconds and hold the whole call, from a record in memory to the acknowledgement; {@code processor} is all processor time of the process in microseconds for one message.
 */
final class WriteWork {

    private static final int SEED = 42;
    private static final int SESSIONS = 500;

    private final TrialRequest request;
    private final JsonObject fixture;
    private final List<JsonValue> pool;

    private WriteWork(TrialRequest request) {
        this.request = request;
        this.fixture = (JsonObject) request.fixture("fixture");
        this.pool = ((JsonArray) request.fixture("pool")).values();
    }

    static Map<String, Double> run(TrialRequest request) {
        WriteWork work = new WriteWork(request);
        double warmUp = work.run(
                        Path.of(request.place() + "-warm-up"),
                        request.number("warmUp"),
                        request.number("warmUpSeconds"))
                .messages;
        Timed timed = work.run(request.place(), request.number("count"), request.number("seconds"));
        return Map.of(
                "warmUp",
                warmUp,
                "messages",
                (double) timed.messages,
                "perSecond",
                timed.messages / (timed.nanos / 1e9),
                "p50",
                timed.latencies.micros(0.5),
                "p99",
                timed.latencies.micros(0.99),
                "p999",
                timed.latencies.micros(0.999),
                "processor",
                timed.processor / 1e3 / timed.messages);
    }

    private record Timed(int messages, long nanos, long processor, Latencies latencies) {}

    private Timed run(Path place, int count, int seconds) {
        Locators.remove(place);
        FillWork.fill(request.with("store", MessageWriter.filledBy(request)), place, fixture);
        try (MessageWriter writer = MessageWriter.open(request, place, FillWork.credentials(fixture))) {
            return messages(writer, count, seconds * 1_000_000_000L);
        }
    }

    private Timed messages(MessageWriter writer, int count, long longest) {
        Xorshift random = new Xorshift(SEED);
        long[] latencies = new long[count];
        long processor = processor();
        long begin = System.nanoTime();
        int i = 0;
        for (; i < count && System.nanoTime() - begin < longest; i++) {
            String session = Records.sessionId(random.below(SESSIONS));
            JsonObject record = ((JsonObject) pool.get(random.below(AuthFixture.POOL))).with("seq", JsonNumber.of(i));
            long start = System.nanoTime();
            if (i % 10 == 9) {
                writer.write(session, record, 1 + (i - 9) / 10, 813 + i);
            } else {
                writer.write(session, record);
            }
            latencies[i] = System.nanoTime() - start;
        }
        long nanos = System.nanoTime() - begin;
        return new Timed(i, nanos, processor() - processor, Latencies.of(Arrays.copyOf(latencies, i)));
    }

    private static long processor() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
