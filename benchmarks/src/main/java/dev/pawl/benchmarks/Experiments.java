package dev.pawl.benchmarks;

import static dev.pawl.benchmarks.Metric.less;
import static dev.pawl.benchmarks.Metric.more;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The workloads: what the stores hold, what is done with them, and how much of it. */
final class Experiments {

    static final String OPEN = "W1";
    static final String OPEN_LARGE = "W1, 50 MB";
    static final String WRITE = "W2";
    static final String READ = "W3";
    static final String FEW_ACCOUNTS = "W6, 200";
    static final String MANY_ACCOUNTS = "W6, 1,000";

    private static final int SESSIONS = 500;

    /** As many as make the sessions of a store 50 MB. */
    private static final int LARGE_SESSIONS = 16_200;

    private static final int READ_SESSIONS = 2_000;
    private static final int ACCOUNT_SESSIONS = 50;
    private static final List<List<Integer>> BATCHES =
            List.of(List.of(1, 4_000, 2_000), List.of(10, 1_000, 500), List.of(100, 300, 150));

    private final double scale;

    /**
     * @param scale 1 for the real thing; less only shows that everything works
     */
    Experiments(double scale) {
        this.scale = scale;
    }

    private int scaled(int count) {
        return Math.max(10, (int) (count * scale));
    }

    /** Writes the fixtures that {@link #all} names. */
    void writeFixtures(Path directory) throws IOException {
        keys(directory, "auth-keys.json", AuthFixture.used(SESSIONS).write(directory.resolve("auth.json")));
        keys(
                directory,
                "large-keys.json",
                AuthFixture.used(Math.max(SESSIONS, scaled(LARGE_SESSIONS))).write(directory.resolve("large.json")));
        new AuthFixture(100, READ_SESSIONS, 20, 5, 3).write(directory.resolve("read.json"));
        new AuthFixture(30, ACCOUNT_SESSIONS, 0, 5, 6).write(directory.resolve("account.json"));
        AuthFixture.writePool(directory.resolve("pool.json"));
    }

    private static void keys(Path directory, String name, List<String> ids) throws IOException {
        JsonArray list = JsonArray.copyOf(ids.stream().map(JsonString::new).toList());
        Files.writeString(directory.resolve(name), list.toText());
    }

    /** All of them, in the order of the workloads. */
    List<Experiment> all() {
        return List.of(
                open(OPEN, "a device with 500 sessions", "auth"),
                open(OPEN_LARGE, "the same 500 sessions in a store of 50 MB", "large"),
                write(),
                read(),
                accounts(FEW_ACCOUNTS, scaled(200), Set.of()),
                accounts(MANY_ACCOUNTS, scaled(1_000), Set.of(Entrant.Z_PG)));
    }

    private Experiment open(String id, String what, String fixture) {
        return new Experiment(
                id,
                "W1",
                "open, read the credentials, then 500 sessions: " + what,
                "open_" + fixture,
                Optional.of(filling(fixture).build()),
                work("open")
                        .put("sessions", SESSIONS)
                        .put("keys", fixture + "-keys.json")
                        .put("opens", 100)
                        .put("last", 20)
                        .build(),
                List.of(
                        less("started", "process until program, ms"),
                        less("coldOpen", "first open + credentials, ms"),
                        less("coldAll", "first, + 500 sessions, ms"),
                        less("warmOpen", "warm open + credentials, ms"),
                        less("warmAll", "warm, + 500 sessions, ms"),
                        less("warmKeys", "warm, 20 app keys, ms")),
                Set.of(Entrant.SQLITE_NORMAL, Entrant.BARE, Entrant.BARE_NORMAL));
    }

    private Experiment write() {
        return new Experiment(
                WRITE,
                "W2",
                "a session for each message; each tenth also deletes a pre-key and saves the credentials",
                "write",
                Optional.empty(),
                work("write")
                        .put("fixture", "auth.json")
                        .put("pool", "pool.json")
                        .put("warmUp", scaled(30_000))
                        .put("warmUpSeconds", 5)
                        .put("count", scaled(30_000))
                        .put("seconds", 5)
                        .build(),
                List.of(
                        more("perSecond", "messages/s"),
                        less("p50", "p50, µs"),
                        less("p99", "p99, µs"),
                        less("p999", "p99.9, µs"),
                        less("processor", "processor, µs a message"),
                        more("messages", "messages timed"),
                        more("warmUp", "and before")),
                Set.of());
    }

    private Experiment read() {
        List<Metric> metrics = new ArrayList<>();
        List<JsonArray> batches = new ArrayList<>();
        for (List<Integer> batch : BATCHES) {
            batches.add(JsonArray.of(
                    JsonNumber.of(batch.get(0)),
                    JsonNumber.of(scaled(batch.get(1))),
                    JsonNumber.of(scaled(batch.get(2)))));
            metrics.add(less("values" + batch.get(0), batch.get(0) + " as values, µs"));
            metrics.add(less("bytes" + batch.get(0), batch.get(0) + " as bytes, µs"));
            metrics.add(less("views" + batch.get(0), batch.get(0) + " as views, µs"));
        }
        return new Experiment(
                READ,
                "W3",
                "sessions read by 1, 10 and 100 ids out of 2,000, median of a call",
                "read",
                Optional.of(filling("read").build()),
                work("read")
                        .put("sessions", READ_SESSIONS)
                        .put("batches", JsonArray.copyOf(batches))
                        .build(),
                metrics,
                Set.of(Entrant.SQLITE_NORMAL, Entrant.BARE, Entrant.BARE_NORMAL, Entrant.B_MF_CT));
    }

    private Experiment accounts(String id, int accounts, Set<Entrant> without) {
        List<Entrant> all = new ArrayList<>(List.of(Entrant.SQLITE_NORMAL, Entrant.BARE, Entrant.BARE_NORMAL));
        all.addAll(without);
        return new Experiment(
                id,
                "W6",
                accounts + " accounts open in one process, then 50 sessions read of each",
                "accounts",
                Optional.of(filling("account").put("accounts", scaled(1_000)).build()),
                work("accounts")
                        .put("sessions", ACCOUNT_SESSIONS)
                        .put("accounts", accounts)
                        .build(),
                List.of(
                        more("accounts", "accounts open"),
                        less("open", "open all, ms"),
                        less("openEach", "each, µs"),
                        less("rssOpen", "RSS + MB"),
                        less("heapEach", "heap each, KB"),
                        less("descriptors", "descriptors +"),
                        less("touch", "read 50 sessions of each, ms"),
                        less("rssTouched", "RSS + MB after"),
                        less("heapTouchedEach", "heap each after, KB")),
                Set.copyOf(all));
    }

    private static JsonObject.Builder work(String name) {
        return JsonObject.builder().put("work", name);
    }

    private static JsonObject.Builder filling(String fixture) {
        return work("fill").put("fixture", fixture + ".json");
    }
}
