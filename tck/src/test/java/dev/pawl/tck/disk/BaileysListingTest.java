package dev.pawl.tck.disk;

import static dev.pawl.tck.disk.DirectoryCrash.DIRECTORY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Listings of a directory that rests, which are served from one walk through it, beside those of one that does not. */
class BaileysListingTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final List<String> TYPES = List.of("session", "pre-key", "lid-mapping", "new-thing");

    @Test
    void everyScanOfADirectoryAtRestIsThatOfTheReference() {
        Random random = new Random(11);
        SimulatedDisk disk = SimulatedDisk.empty();
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk);
                Backend reference = new MemoryBackend()) {
            for (int round = 0; round < 12; round++) {
                List<Row> puts = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    puts.add(Row.of(key(random, round * 10 + i), Bytes.utf8("{\"n\":" + i + "}")));
                }
                Batch batch = new Batch(List.of(), puts, List.of());
                backend.commit(SESSION, batch);
                reference.commit(SESSION, batch);
                compare(random, backend, reference);
                disk.pause(Duration.ofSeconds(10));
                compare(random, backend, reference);
            }
        }
    }

    @Test
    void whatAnotherProgramChangesIsListedAtOnce() {
        SimulatedDisk disk = SimulatedDisk.empty();
        try (Backend backend = BaileysBackend.open(DIRECTORY, Access.READ_WRITE, disk)) {
            backend.commit(SESSION, Batch.of(Row.of(Key.ofKey("pre-key", "1"), Bytes.utf8("1"))));
            disk.pause(Duration.ofSeconds(10));
            assertThat(all(backend, Scan.of(Family.KEY))).hasSize(1);
            disk.writeInPlace(DIRECTORY.resolve("pre-key-2.json"), "2".getBytes(StandardCharsets.UTF_8));
            assertThat(all(backend, Scan.of(Family.KEY))).hasSize(2);
            disk.pause(Duration.ofSeconds(10));
            assertThat(all(backend, Scan.of(Family.KEY))).hasSize(2);
            disk.pause(Duration.ofMillis(1));
            disk.remove(DIRECTORY.resolve("pre-key-1.json"));
            assertThat(all(backend, Scan.of(Family.KEY)))
                    .extracting(Row::key)
                    .containsExactly(Key.ofKey("pre-key", "2"));
        }
    }

    private static void compare(Random random, Backend backend, Backend reference) {
        for (int i = 0; i < 25; i++) {
            Scan scan = scan(random);
            assertThat(all(backend, scan)).as(scan.toString()).isEqualTo(all(reference, scan));
        }
    }

    private static Scan scan(Random random) {
        return new Scan(
                Family.KEY,
                random.nextBoolean() ? Optional.of(TYPES.get(random.nextInt(TYPES.size()))) : Optional.empty(),
                bound(random),
                bound(random),
                random.nextBoolean(),
                1 + random.nextInt(9),
                random.nextBoolean());
    }

    private static Optional<Scan.Bound> bound(Random random) {
        Key key = key(random, random.nextInt(120));
        return random.nextInt(3) == 0
                ? Optional.empty()
                : Optional.of(new Scan.Bound(
                        new Position(random.nextInt(8) / 7, key.partition(), key.id()), random.nextBoolean()));
    }

    private static Key key(Random random, int number) {
        return Key.ofKey(TYPES.get(random.nextInt(TYPES.size())), number + (number % 3 == 0 ? ":é" : ".0"));
    }

    private static List<Row> all(Backend backend, Scan scan) {
        List<Row> rows = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Scan current = next.get();
            Page<Row, Position> page = backend.scan(SESSION, current);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(scan.limit());
            rows.addAll(page.items());
            next = page.next().map(current::after);
        }
        return rows;
    }
}
