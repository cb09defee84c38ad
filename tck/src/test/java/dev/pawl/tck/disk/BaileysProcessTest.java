package dev.pawl.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.file.BaileysBackend;
import dev.pawl.file.ZaileysFileBackend;
import dev.pawl.json.Bytes;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Baileys directory shared with other processes: killed ones, writing ones, and ones with little room. */
class BaileysProcessTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final Duration READING = SOAK ? Duration.ofMinutes(10) : Duration.ofMillis(1500);

    /** For a writer whom the machine keeps waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<Key> MOVING = Stream.concat(
                    Stream.of(Key.CREDENTIALS), Stream.of("1.0", "2.0", "3.0").map(id -> Key.ofKey("session", id)))
            .toList();

    @TempDir
    private Path temporary;

    /** Commits without end: every batch moves all counters on, adds a one-time key and removes the one before. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) {
            try (Backend backend = BaileysBackend.open(Path.of(arguments[0]), Access.READ_WRITE)) {
                long first = backend.get(SESSION, Key.CREDENTIALS)
                        .map(row -> Long.parseLong(row.value().utf8().strip()))
                        .orElse(0L);
                for (long n = first + 1; ; n++) {
                    backend.commit(SESSION, step(n));
                    System.out.println(n);
                }
            }
        }

        private static Batch step(long n) {
            // Spaces make the files of different length.
            Bytes value = Bytes.utf8(n + " ".repeat((int) (n % 7) * 50));
            List<Row> rows = new ArrayList<>();
            MOVING.forEach(key -> rows.add(Row.of(key, value)));
            rows.add(Row.of(Key.ofKey("pre-key", "" + n), Bytes.utf8("{}")));
            return new Batch(List.of(), rows, List.of(Key.ofKey("pre-key", "" + (n - 1))));
        }
    }

    /** Writes and reads as many keys as a new device has. */
    static final class ManyKeys {

        private ManyKeys() {}

        public static void main(String[] arguments) {
            List<Row> rows = new ArrayList<>();
            for (int i = 1; i <= 812; i++) {
                rows.add(Row.of(Key.ofKey("pre-key", "" + i), Bytes.utf8("{\"n\":" + i + "}")));
            }
            try (Backend backend = BaileysBackend.open(Path.of(arguments[0]), Access.READ_WRITE)) {
                backend.commit(SESSION, new Batch(List.of(), rows, List.of()));
                Map<Key, Row> found =
                        backend.get(SESSION, rows.stream().map(Row::key).toList());
                int listed = backend.scan(SESSION, Scan.of(Family.KEY).limit(1000))
                        .items()
                        .size();
                System.out.println(found.size() + " " + listed);
            }
        }
    }

    /** Tries a name outside ASCII. */
    static final class ForeignName {

        private ForeignName() {}

        public static void main(String[] arguments) {
            Row row = Row.of(Key.ofKey("lid-mapping", "ünï-日本"), Bytes.utf8("1"));
            try (Backend backend = BaileysBackend.open(Path.of(arguments[0]), Access.READ_WRITE)) {
                for (Runnable use : List.<Runnable>of(
                        () -> backend.commit(SESSION, Batch.of(row)),
                        () -> backend.get(SESSION, row.key()),
                        () -> backend.scan(SESSION, Scan.of(Family.KEY)))) {
                    try {
                        use.run();
                        System.out.println("done");
                    } catch (UnsupportedException e) {
                        String message = String.valueOf(e.getMessage());
                        System.out.println(message.contains("LC_ALL") ? "says what to set" : message);
                    }
                }
            }
        }
    }

    /** Lists a zaileys directory. */
    static final class ForeignType {

        private ForeignType() {}

        public static void main(String[] arguments) {
            try (Backend backend = ZaileysFileBackend.open(Path.of(arguments[0]), Access.READ_WRITE)) {
                backend.scan(SESSION, Scan.of(Family.KEY));
                System.out.println("done");
            } catch (UnsupportedException e) {
                String message = String.valueOf(e.getMessage());
                System.out.println(message.contains("LC_ALL") ? "says what to set" : message);
            }
        }
    }

    /** Tries to take the lock of a lease. */
    static final class Locker {

        private Locker() {}

        public static void main(String[] arguments) throws IOException {
            try (Backend backend = BaileysBackend.open(Path.of(arguments[0]), Access.READ_WRITE)) {
                Optional<ProcessLocking.ProcessLock> lock =
                        backend.as(ProcessLocking.class).orElseThrow().tryLock(SESSION, "auth");
                System.out.println(lock.isPresent() ? "held" : "busy");
                int end = System.in.read();
                System.out.println(end);
            }
        }
    }

    @Test
    @Tag("one-jdk")
    void aKilledWriterLosesNothingItAcknowledged() throws Exception {
        Random random = new Random(7);
        int kills = SOAK ? 300 : 8;
        for (int kill = 1; kill <= kills; kill++) {
            long acknowledged = 0;
            try (Child writer = Child.start(Writer.class, temporary.toString())) {
                for (int lines = 1 + random.nextInt(15); lines > 0; lines--) {
                    acknowledged = Long.parseLong(writer.line().orElseThrow());
                }
                Thread.sleep(random.nextInt(4), random.nextInt(1_000_000));
                writer.kill();
                for (Optional<String> line = writer.line(); line.isPresent(); line = writer.line()) {
                    acknowledged = Long.parseLong(line.get());
                }
            }
            try (Stream<Path> files = Files.list(temporary)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".json")).toList()) {
                    assertThat(DirectoryCrash.isWhole(Files.readAllBytes(file)))
                            .as("kill %d: %s", kill, file)
                            .isTrue();
                }
            }
            long seen = counter(Access.READ_ONLY, kill);
            assertThat(seen).as("kill %d", kill).isBetween(acknowledged, acknowledged + 1);
            assertThat(counter(Access.READ_WRITE, kill)).as("kill %d", kill).isEqualTo(seen);
        }
    }

    @Test
    @Tag("one-jdk")
    void aReaderBesideAWritingProcessNeverSeesHalfABatch() throws Exception {
        Set<Long> seen = new HashSet<>();
        try (Child writer = Child.start(Writer.class, temporary.toString())) {
            assertThat(writer.line()).isPresent();
            Thread drain = new Thread(() -> {
                try {
                    Optional<String> line = writer.line();
                    while (line.isPresent()) {
                        line = writer.line();
                    }
                } catch (IOException e) {
                    return; // The writer was ended.
                }
            });
            drain.start();
            long end = System.nanoTime() + READING.toNanos();
            long last = end + PATIENCE.toNanos();
            while (System.nanoTime() < end || (seen.size() <= 10 && System.nanoTime() < last)) {
                seen.add(counter(Access.READ_ONLY, 0));
            }
            writer.kill();
            drain.join();
        }
        assertThat(seen).hasSizeGreaterThan(10);
    }

    @Test
    void aReaderBesideAWriterInPlaceNeverReportsDamage() throws Exception {
        Path file = temporary.resolve("creds.json");
        byte[] content = ("{\"text\":\"" + "x".repeat(20_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        Files.write(file, content);
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            while (!stop.get()) {
                try (FileOutputStream out = new FileOutputStream(file.toFile())) {
                    started.countDown();
                    out.write(content, 0, content.length / 2);
                    Thread.yield();
                    out.write(content, content.length / 2, content.length - content.length / 2);
                    Thread.yield();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        });
        writer.start();
        started.await();
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_ONLY)) {
            long end = System.nanoTime() + READING.toNanos();
            while (System.nanoTime() < end) {
                assertThat(backend.get(SESSION, Key.CREDENTIALS).orElseThrow().value())
                        .isEqualTo(Bytes.copyOf(content));
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void aNewDevicesKeysNeedFewDescriptors() throws Exception {
        try (Child child = Child.startAfter("ulimit -n 256", ManyKeys.class, temporary.toString())) {
            assertThat(child.line()).contains("812 812");
            assertThat(child.exitStatus()).isZero();
        }
    }

    @Test
    void namesThatTheLocaleCannotWriteAreRefusedWithTheWayOut() throws Exception {
        try (Child child = Child.startAfter("export LC_ALL=C", ForeignName.class, temporary.toString())) {
            assertThat(child.line()).contains("says what to set");
            assertThat(child.line()).contains("says what to set");
            assertThat(child.line()).contains("done");
        }
        Files.writeString(temporary.resolve("lid-mapping-ünï.json"), "1");
        try (Child child = Child.startAfter("export LC_ALL=C", ForeignName.class, temporary.toString())) {
            child.line();
            child.line();
            assertThat(child.line()).contains("says what to set");
        }
        assertThat(temporary.resolve(".pawl")).doesNotExist();
    }

    @Test
    void aTypeThatTheLocaleCannotReadIsRefusedWithTheWayOut() throws Exception {
        Files.createDirectories(temporary.resolve("signal/ünï"));
        try (Child child = Child.startAfter("export LC_ALL=C", ForeignType.class, temporary.toString())) {
            assertThat(child.line()).contains("says what to set");
        }
    }

    @Test
    void theLockOfALeaseTellsWhetherItsHolderLives() throws Exception {
        try (BaileysBackend backend = BaileysBackend.open(temporary, Access.READ_WRITE);
                Child child = Child.start(Locker.class, temporary.toString())) {
            assertThat(child.line()).contains("held");
            assertThat(backend.tryLock(SESSION, "auth")).isEmpty();
            assertThat(backend.tryLock(SESSION, "auth")).isEmpty();
            child.kill();
            assertThat(backend.tryLock(SESSION, "auth")).isPresent();
            // Commits, reads and inspections in between must not lose it.
            backend.commit(SESSION, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("1"))));
            backend.inspect(SESSION);
            try (Child second = Child.start(Locker.class, temporary.toString())) {
                assertThat(second.line()).contains("busy");
            }
        }
    }

    @Test
    @Tag("one-jdk")
    void aHundredThousandFilesAreListedInTime() throws IOException {
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            // Names are what counts, and links are made faster than files; one file takes only so many of them.
            Path name = temporary.resolve("session-" + i + ".0.json");
            if (i % 20_000 == 0) {
                Files.writeString(name, "1");
            } else {
                Files.createLink(name, temporary.resolve("session-" + i / 20_000 * 20_000 + ".0.json"));
            }
        }
        long start = System.nanoTime();
        try (Backend backend = BaileysBackend.open(temporary, Access.READ_ONLY)) {
            assertThat(backend.partitions(SESSION, Family.KEY, Optional.empty(), 10)
                            .items())
                    .singleElement()
                    .satisfies(partition -> assertThat(partition.rows()).hasValue(count));
            Set<Key> keys = new HashSet<>();
            Optional<Scan> next =
                    Optional.of(Scan.of(Family.KEY).withoutValues().limit(10_000));
            while (next.isPresent()) {
                Scan scan = next.get();
                Page<Row, Position> page = backend.scan(SESSION, scan);
                page.items().forEach(row -> keys.add(row.key()));
                next = page.next().map(scan::after);
            }
            assertThat(keys).hasSize(count);
            assertThat(backend.scan(SESSION, Scan.of(Family.KEY).limit(1000)).items())
                    .hasSize(1000);
            assertThat(backend.get(SESSION, Key.ofKey("session", "99999.0"))).isPresent();
        }
        assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
    }

    /** The counter, which all rows have in common. */
    private long counter(Access access, int kill) {
        try (Backend backend = BaileysBackend.open(temporary, access)) {
            Map<Key, Row> rows = backend.get(SESSION, MOVING);
            Set<String> values = new HashSet<>();
            MOVING.forEach(key -> values.add(Optional.ofNullable(rows.get(key))
                    .map(row -> row.value().utf8().strip())
                    .orElse("0")));
            assertThat(values).as("kill %d", kill).hasSize(1);
            long counter = Long.parseLong(values.iterator().next());
            if (counter > 0 && access == Access.READ_ONLY) {
                Set<String> page = new HashSet<>();
                Page<Row, Position> scanned = backend.scan(SESSION, Scan.of(Family.KEY));
                scanned.items().stream()
                        .filter(row -> row.key().partition().equals("session"))
                        .forEach(row -> page.add(row.value().utf8().strip()));
                if (scanned.next().isEmpty()) {
                    assertThat(page).as("kill %d", kill).hasSize(1);
                    assertThat(scanned.items()).hasSize(MOVING.size());
                }
            }
            return counter;
        }
    }
}
