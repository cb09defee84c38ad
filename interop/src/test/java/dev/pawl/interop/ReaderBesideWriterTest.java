package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Scope;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.interop.BaileysAccount.Through;
import dev.pawl.interop.BaileysAccount.Update;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Pawl beside a Baileys process that truncates and rewrites its files without rest. */
final class ReaderBesideWriterTest extends WithBaileys {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final Duration READING = SOAK ? Duration.ofMinutes(10) : Duration.ofSeconds(6);
    private static final Duration WRITING = SOAK ? Duration.ofMinutes(2) : Duration.ofSeconds(3);

    /** How much longer to go on when the writer has not got far enough, or was never met in the middle of its work. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Decoding a large history keeps Node busy for so long, and it may come between truncating a file and writing it. */
    private static final Duration STALL = Duration.ofMillis(1200);

    /** A file that stays empty for so long is damaged. */
    private static final Duration DAMAGED = Duration.ofSeconds(2);

    /** How much each reader reads at least. */
    private static final long LOOKS = 100;

    /** Records that nobody changes. */
    private static final int RESTING = 40;

    @TempDir
    Path directory;

    private Hammer hammer;
    private Hammer.Status begin;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void startHammer() {
        BaileysAccount account = peer.create(directory);
        List<Update> resting = IntStream.range(0, RESTING)
                .mapToObj(n -> Update.put("lid-mapping", "62817000" + n, "\"1112223334" + n + "\""))
                .toList();
        account.set(Through.FILES, resting);
        hammer = peer.hammer(directory, 0, false);
        do {
            begin = hammer.status();
        } while (begin.round() < 1);
    }

    @AfterEach
    void stopHammer() {
        threads.shutdownNow();
        hammer.close();
    }

    @Test
    void aReaderNeverSeesDamageNorAbsenceNorAnOlderCounter(TestReporter reporter) throws Exception {
        WatchedDisk disk = new WatchedDisk();
        try (LiveReader records = new LiveReader(directory, disk, begin);
                LiveReader scans = new LiveReader(directory, disk, begin)) {
            List<Future<Long>> readers = List.of(
                    start(
                            READING,
                            () -> disk.waits() > 0 && records.round() > begin.round() + 20 && records.looks() > LOOKS,
                            () -> {
                                records.readRecords();
                                return records.looks();
                            }),
                    start(READING, () -> scans.looks() > LOOKS, () -> {
                        for (int n = 0; n < 10; n++) {
                            scans.scanAll(RESTING);
                        }
                        scans.verify();
                        return scans.looks();
                    }));
            List<Long> looks = results(readers);
            Hammer.Status end = hammer.stop();

            reporter.publishEntry(Map.of(
                    "rounds of the writer", "" + (end.round() - begin.round()),
                    "looks", looks.toString(),
                    "files read", "" + disk.reads(),
                    "looked again", "" + disk.waits()));
            assertThat(end.failures()).isEmpty();
            assertThat(end.round()).isGreaterThan(begin.round() + 20);
            assertThat(records.round()).isGreaterThan(begin.round()).isLessThanOrEqualTo(end.round());
            assertThat(looks).allMatch(count -> count > LOOKS);
            // Else nothing was met half-written, and the test has shown nothing.
            assertThat(disk.waits()).isPositive();
            records.readRecords();
            assertThat(records.round()).isEqualTo(end.round());
        }
    }

    @Test
    void anEmptyFileOfANodeThatStandsStillIsWaitedFor() throws Exception {
        hammer.stop();
        BaileysAccount account = peer.open(directory);
        String text = account.credentials();
        WatchedDisk disk = new WatchedDisk();
        try (LiveReader reader = new LiveReader(directory, disk, begin)) {
            boolean waitedFor = false;
            for (int attempt = 0; !waitedFor; attempt++) {
                waitedFor = readsWhileItStalls(reader, account, text, attempt < 3);
            }
            assertThat(disk.waits()).isPositive();
        }
    }

    /** Whether the credentials were read all the time; false when the whole machine stood still for longer than Node was to. */
    private boolean readsWhileItStalls(LiveReader reader, BaileysAccount account, String text, boolean mayStandStill)
            throws Exception {
        long begun = System.nanoTime();
        Future<?> stalled = threads.submit(() -> account.stallInSaveCredentials(STALL));
        try {
            do {
                assertThat(reader.store().credentials().orElseThrow().text().utf8())
                        .isEqualTo(text);
            } while (!stalled.isDone());
            stalled.get();
            return true;
        } catch (CorruptDataException e) {
            if (!mayStandStill || System.nanoTime() - begun < DAMAGED.toNanos()) {
                throw e;
            }
            stalled.get();
            return false;
        }
    }

    @Test
    void aWriterOfOtherKeysLosesNothingAndDisturbsNobody(TestReporter reporter) throws Exception {
        WatchedDisk readersDisk = new WatchedDisk();
        try (Backend backend = BaileysBackend.open(directory, Access.READ_WRITE, new WatchedDisk().disk());
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT);
                LiveReader reader = new LiveReader(directory, readersDisk, begin)) {
            write(store, 1);
            long[] written = {1};
            long[] seen = {1};
            Future<Long> writer = start(WRITING, () -> written[0] > 5, () -> {
                write(store, ++written[0]);
                return written[0];
            });
            Future<Long> pairs = start(WRITING, () -> true, () -> {
                seen[0] = readPair(reader.store(), seen[0]);
                return seen[0];
            });
            Future<Long> records = start(WRITING, () -> reader.round() > begin.round() + 5, () -> {
                reader.readRecords();
                return reader.looks();
            });
            List<Long> results = results(List.of(writer, pairs, records));
            Hammer.Status end = hammer.stop();

            reporter.publishEntry(Map.of(
                    "rounds of the writer in Node", "" + (end.round() - begin.round()),
                    "transactions of the writer in Java", "" + results.get(0),
                    "looked again", "" + readersDisk.waits()));
            assertThat(end.failures()).isEmpty();
            assertThat(end.round()).isGreaterThan(begin.round() + 5);
            assertThat(results.get(0)).isGreaterThan(5);
            assertThat(readPair(reader.store(), seen[0])).isEqualTo(written[0]);
            BaileysAccount account = peer.open(directory);
            assertThat(account.get("device-list", "pawl-a")).contains("[\"" + written[0] + "\"]");
            assertThat(account.get("device-list", "pawl-b")).contains("[\"" + written[0] + "\"]");
            assertThat(store.ids(KeyType.TCTOKEN)).containsExactly("pawl-" + written[0]);
        }
    }

    /** Moves two records from one number to the next, replaces a third by another, all in one transaction. */
    private static void write(AuthStore store, long n) {
        store.transaction(Scope.of("own"), transaction -> {
            long last = transaction.read(KeyType.DEVICE_LIST, "pawl-a").stream()
                    .mapToLong(numbers -> Long.parseLong(numbers.get(0)))
                    .sum();
            assertThat(last).isEqualTo(n - 1);
            transaction.write(Updates.none()
                    .put(KeyType.DEVICE_LIST, "pawl-a", List.of("" + n))
                    .put(KeyType.DEVICE_LIST, "pawl-b", List.of("" + n))
                    .put(
                            KeyType.json("tctoken"),
                            "pawl-" + n,
                            JsonValue.parse("{\"token\":{\"type\":\"Buffer\",\"data\":\"\"}}"))
                    .delete(KeyType.TCTOKEN, "pawl-" + (n - 1)));
            return n;
        });
    }

    /** Reads the two records of one transaction, which are never of two. */
    private static long readPair(AuthStore store, long lowest) {
        Map<String, List<String>> pair = store.read(KeyType.DEVICE_LIST, List.of("pawl-a", "pawl-b"));
        assertThat(pair).containsOnlyKeys("pawl-a", "pawl-b");
        assertThat(pair.get("pawl-a")).isEqualTo(pair.get("pawl-b"));
        long n = Long.parseLong(pair.get("pawl-a").get(0));
        assertThat(n).isGreaterThanOrEqualTo(lowest);
        return n;
    }

    /** Does something again and again for a time, and longer until enough was seen, and gives the last result. */
    private Future<Long> start(Duration time, BooleanSupplier enough, Callable<Long> work) {
        long begun = System.nanoTime();
        return threads.submit(() -> {
            long result;
            long passed;
            do {
                result = work.call();
                passed = System.nanoTime() - begun;
            } while (passed < time.toNanos()
                    || !enough.getAsBoolean() && passed < time.plus(PATIENCE).toNanos());
            return result;
        });
    }

    /** Waits for all, and throws what the first one that failed threw. */
    private static List<Long> results(List<Future<Long>> futures) throws Exception {
        List<Long> results = new ArrayList<>();
        for (Future<Long> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AssertionError failure) {
                    throw failure;
                }
                throw e;
            }
        }
        return results;
    }
}
