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
    static final String SIXTEEN_SESSIONS = "W2, 16 sessions";
    static final String READ = "W3";
    static final String FEW_ACCOUNTS = "W6, 200";
    static final String MANY_ACCOUNTS = "W6, 1,000";
    static final String KILL = "W7";
    static final String KILL_SERVER = "W7, server";

    /** How many write to one session at a time, besides the one of {@link #WRITE}. */
    static final List<Integer> WRITERS = List.of(4, 16, 64);

    /** More than any store takes in the seconds that are timed, and before. */
    private static final int MESSAGES = 1_000_000;

    private static final int WARM_UP_MESSAGES = 5_000_000;

    private static final int MANY_SESSIONS = 16;
    private static final int SERVER_KILLS = 5;

    private static final int SESSIONS = 500;

    /** As many as make the sessions of a store 50 MB. */
    private static final int LARGE_SESSIONS = 16_200;

    private static final int READ_SESSIONS = 2_000;
    private static final int ACCOUNT_SESSIONS = 50;

    /** Those that keep what they are told and differ in more than how they write. */
    private static final List<Entrant> STORES = List.of(
            Entrant.NATIVE,
            Entrant.SQLITE,
            Entrant.BAILEYS,
            Entrant.POSTGRESQL,
            Entrant.REDIS,
            Entrant.B_MF,
            Entrant.B_MF_CT,
            Entrant.Z_FILE,
            Entrant.Z_SQLITE,
            Entrant.Z_PG,
            Entrant.Z_REDIS);

    /** Those that are written to by many at once. */
    private static final List<Entrant> SHARED = List.of(
            Entrant.NATIVE,
            Entrant.NATIVE_RELAXED,
            Entrant.SQLITE,
            Entrant.POSTGRESQL,
            Entrant.REDIS,
            Entrant.Z_SQLITE,
            Entrant.Z_PG,
            Entrant.Z_REDIS);

    private static final List<List<Integer>> BATCHES =
            List.of(List.of(1, 4_000, 2_000), List.of(10, 1_000, 500), List.of(100, 300, 150));

    private final double scale;
    private final int kills;
    private final int warmUpSeconds;

    /**
     * @param scale 1 for the real thing; less only shows that everything works
     * @param kills how often a writer of each store is killed
     * @param warmUpSeconds how long a writer writes before it is timed, at most; a reader reads for a tenth of that before each measurement
     */
    Experiments(double scale, int kills, int warmUpSeconds) {
        this.scale = scale;
        this.kills = kills;
        this.warmUpSeconds = warmUpSeconds;
    }

    /** The id of the experiment with that many writers, one of {@link #WRITERS}. */
    static String writers(int count) {
        return WRITE + ", " + count + " writers";
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
        List<Experiment> all = new ArrayList<>();
        all.add(open(OPEN, "a device with 500 sessions", "auth"));
        all.add(open(OPEN_LARGE, "the same 500 sessions in a store of 50 MB", "large"));
        all.add(write(
                WRITE,
                "a session for each message; each tenth also deletes a pre-key and saves the credentials",
                "write",
                writing(1, SESSIONS, "auth.json"),
                allBut(
                        Entrant.RAW_16,
                        Entrant.Z_PG_C,
                        Entrant.SQLITE_SEARCH,
                        Entrant.POSTGRESQL_SEARCH,
                        Entrant.M_SQLITE,
                        Entrant.M_PG,
                        Entrant.M_REDIS)));
        for (int count : WRITERS) {
            all.add(write(
                    writers(count),
                    "the same by " + count + " writers at a time, all of one device",
                    "write" + count,
                    writing(count, SESSIONS, "auth.json"),
                    SHARED));
        }
        List<Entrant> sixteen = new ArrayList<>(SHARED);
        sixteen.add(Entrant.RAW_16);
        all.add(write(
                SIXTEEN_SESSIONS,
                "the same by " + MANY_SESSIONS + " writers, each of a device of its own",
                "devices",
                writing(MANY_SESSIONS, ACCOUNT_SESSIONS, "account.json").put("accounts", MANY_SESSIONS),
                sixteen));
        all.add(read());
        all.addAll(new HistoryExperiments(scale, warmUpSeconds).all());
        all.add(accounts(FEW_ACCOUNTS, scaled(200)));
        all.add(accounts(MANY_ACCOUNTS, scaled(1_000)));
        all.add(kill(KILL, "a writer is killed (`kill -9`) 0.1 to 0.6 s after it began", kills, false));
        all.add(kill(
                KILL_SERVER,
                "the server of the store is killed 1.5 to 2 s after the writer began, and started again",
                Math.min(kills, SERVER_KILLS),
                true));
        return List.copyOf(all);
    }

    private static List<Entrant> allBut(Entrant... others) {
        return Entrant.KNOWN.stream()
                .filter(entrant -> !List.of(others).contains(entrant))
                .toList();
    }

    /** All but those that take part. */
    static Set<Entrant> without(List<Entrant> taking) {
        return Set.copyOf(allBut(taking.toArray(Entrant[]::new)));
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
                without(STORES),
                Optional.empty());
    }

    private JsonObject.Builder writing(int writers, int sessions, String fixture) {
        return work("write")
                .put("fixture", fixture)
                .put("pool", "pool.json")
                .put("sessions", sessions)
                .put("writers", writers)
                .put("warmUp", scaled(WARM_UP_MESSAGES))
                .put("warmUpSeconds", warmUpSeconds)
                .put("count", scaled(MESSAGES))
                .put("seconds", 5);
    }

    private static Experiment write(
            String id, String title, String place, JsonObject.Builder request, List<Entrant> taking) {
        return new Experiment(
                id,
                "W2",
                title,
                place,
                Optional.empty(),
                request.build(),
                List.of(
                        more("perSecond", "messages/s"),
                        less("p50", "p50, µs"),
                        less("p99", "p99, µs"),
                        less("p999", "p99.9, µs"),
                        less("processor", "processor, µs a message"),
                        more("messages", "messages timed"),
                        more("warmUp", "and before")),
                without(taking),
                Optional.empty());
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
        List<Entrant> taking = new ArrayList<>(STORES);
        taking.addAll(List.of(Entrant.Z_SQLITE_C, Entrant.Z_PG_C, Entrant.Z_MEM));
        return new Experiment(
                READ,
                "W3",
                "sessions read by 1, 10 and 100 ids out of 2,000, median of a call",
                "read",
                Optional.of(filling("read").build()),
                work("read")
                        .put("fixture", "read.json")
                        .put("sessions", READ_SESSIONS)
                        .put("warmUpMillis", (long) (warmUpSeconds * 100 * scale))
                        .put("batches", JsonArray.copyOf(batches))
                        .build(),
                metrics,
                without(taking),
                Optional.empty());
    }

    private Experiment accounts(String id, int accounts) {
        List<Entrant> taking = new ArrayList<>(STORES);
        taking.add(Entrant.Z_MEM);
        return new Experiment(
                id,
                "W6",
                accounts + " accounts open in one process, then 50 sessions read of each",
                "accounts",
                Optional.of(filling("account").put("accounts", scaled(1_000)).build()),
                work("accounts")
                        .put("fixture", "account.json")
                        .put("sessions", ACCOUNT_SESSIONS)
                        .put("accounts", accounts)
                        .build(),
                List.of(
                        more("accounts", "accounts open"),
                        less("open", "open all, ms"),
                        less("openEach", "each, µs"),
                        less("rssOpen", "RSS + MB"),
                        less("heapEach", "heap each, KB"),
                        less("descriptorsEach", "descriptors each"),
                        less("touch", "read 50 sessions of each, ms"),
                        less("rssTouched", "RSS + MB after"),
                        less("heapTouchedEach", "heap each after, KB"),
                        less("descriptors", "descriptors + after")),
                without(taking),
                Optional.empty());
    }

    private static Experiment kill(String id, String title, int times, boolean server) {
        List<Entrant> taking = new ArrayList<>(STORES);
        taking.add(Entrant.NATIVE_RELAXED);
        return new Experiment(
                id,
                "W7",
                title,
                "kill",
                Optional.empty(),
                work("crash")
                        .put("fixture", "auth.json")
                        .put("pool", "pool.json")
                        .put("sessions", SESSIONS)
                        .build(),
                List.of(
                        less("damaged", "trials with damage"),
                        more("acknowledged", "changes acknowledged"),
                        less("notOpened", "stores that did not open"),
                        less("emptyFiles", "empty files"),
                        less("unreadable", "unreadable records"),
                        less("lostSessions", "sessions gone"),
                        less("staleSessions", "sessions rolled back"),
                        less("lostCredentials", "credentials gone"),
                        less("staleCredentials", "credentials rolled back"),
                        less("resurrected", "used pre-keys back"),
                        less("halves", "half a message"),
                        less("leftovers", "files left over")),
                without(taking),
                Optional.of(new Experiment.Kill(times, server)));
    }

    private static JsonObject.Builder work(String name) {
        return JsonObject.builder().put("work", name);
    }

    private static JsonObject.Builder filling(String fixture) {
        return work("fill").put("fixture", fixture + ".json");
    }
}
