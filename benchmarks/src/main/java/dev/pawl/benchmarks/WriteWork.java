package dev.pawl.benchmarks;

import dev.pawl.benchmarks.MessageLoop.Times;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes what a device writes while messages arrive: each a session record, each tenth also the deletion of a used pre-key and the credentials with the next pre-key's number, as one commit.
 *
 * <p>By {@code writers} at once, on threads of their own and each to {@code sessions} session records that no other writes: all through one auth store, or each through the store of one of {@code accounts}.
 * At most {@code count} messages and {@code seconds} seconds, after {@code warmUp} messages or {@code warmUpSeconds} seconds on other stores of the same kind in the same process.
 *
 * <p>Latencies are in microseconds and hold the whole call, from a record in memory to the acknowledgement; {@code processor} is all processor time of the process in microseconds for one message.
 */
final class WriteWork {

    /**
     * In how many stores, one after another, there is written before. Filling a store runs the code of the writer in
     * another way than writing does: what was compiled before it is compiled anew behind it, once, which takes seconds.
     */
    private static final int WARM_UPS = 2;

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
        double warmUp = 0;
        for (int i = 1; i <= WARM_UPS; i++) {
            warmUp += work.run(
                            Path.of(request.place() + "-warm-up-" + i),
                            request.number("warmUp") / WARM_UPS,
                            request.number("warmUpSeconds") / WARM_UPS)
                    .messages();
        }
        Times times = work.run(request.place(), request.number("count"), request.number("seconds"));
        return Map.of(
                "warmUp",
                warmUp,
                "messages",
                (double) times.messages(),
                "perSecond",
                times.messages() / (times.nanos() / 1e9),
                "p50",
                times.latencies().micros(0.5),
                "p99",
                times.latencies().micros(0.99),
                "p999",
                times.latencies().micros(0.999),
                "processor",
                times.processor() / 1e3 / times.messages());
    }

    private Times run(Path place, int count, int seconds) {
        Locators.clear(request, place);
        if (RawFiles.areMeant(request)) {
            try (RawFiles files = RawFiles.make(request, place, pool, fixture)) {
                return MessageLoop.run(files.writers(), count, seconds);
            }
        }
        FillWork.fillAll(request.with("store", MessageWriter.filledBy(request)), place, fixture);
        try (MessageWriters targets = MessageWriters.open(request, place, FillWork.credentials(fixture))) {
            return MessageLoop.run(devices(targets.all()), count, seconds);
        }
    }

    private List<Device> devices(List<MessageWriter> targets) {
        int writers = request.number("writers");
        int together = writers / targets.size();
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            devices.add(new Device(
                    targets.get(i % targets.size()),
                    pool,
                    Device.sessions(request.number("sessions"), i / targets.size(), together),
                    i));
        }
        return devices;
    }
}
