package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.json.Bytes;
import dev.pawl.tck.log.WatchedFiles.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read when a long log is opened again. */
final class NativeReopeningTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final int ROWS = 3_300;
    private static final int SIZE = 3 << 10;

    @TempDir
    private Path directory;

    private static Key key(int id) {
        return Key.ofKey("session", "5511" + id + ".0");
    }

    private static Bytes value(int id) {
        byte[] value = new byte[SIZE];
        new Random(id).nextBytes(value);
        return Bytes.wrap(value);
    }

    private void fill() {
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            for (int first = 0; first < ROWS; first += 100) {
                List<Row> rows = new ArrayList<>();
                for (int id = first; id < first + 100; id++) {
                    rows.add(Row.of(key(id), value(id)));
                }
                backend.commit(SESSION, new Batch(List.of(), rows, List.of()));
            }
        }
    }

    @Test
    void ofALongLogWithACheckpointHardlyAnythingIsReadBeforeTheFirstValue() throws Exception {
        fill();
        long size = Files.size(directory.resolve("default.log"));
        assertThat(size).isGreaterThan((long) ROWS * SIZE);
        AtomicLong read = new AtomicLong();
        AtomicLong besides = new AtomicLong();
        Disk disk = WatchedFiles.of(Disk.system(), (operation, file, end, length) -> {
            if (operation == Operation.READ) {
                (file.endsWith("default.log") ? read : besides).addAndGet(length);
            }
        });
        for (Access access : Access.values()) {
            read.set(0);
            besides.set(0);
            try (Backend backend =
                    NativeBackend.builder(directory).access(access).disk(disk).open()) {
                assertThat(backend.get(SESSION, key(1_234)).orElseThrow().value())
                        .isEqualTo(value(1_234));
                assertThat(read.get()).isBetween((long) SIZE, size / 20);
                assertThat(besides.get()).isBetween(ROWS * 10L, size / 20);
                for (int id = 0; id < ROWS; id += 97) {
                    assertThat(backend.get(SESSION, key(id)).orElseThrow().value())
                            .isEqualTo(value(id));
                }
            }
        }
    }

    @Test
    void whatWasWrittenBehindTheCheckpointIsReadFromTheLog() throws Exception {
        fill();
        try (Backend backend = NativeBackend.open(directory, Access.READ_WRITE)) {
            backend.commit(SESSION, new Batch(List.of(), List.of(Row.of(key(0), value(7))), List.of(key(1))));
        }
        try (Backend backend = NativeBackend.open(directory, Access.READ_ONLY)) {
            assertThat(backend.get(SESSION, key(0)).orElseThrow().value()).isEqualTo(value(7));
            assertThat(backend.get(SESSION, key(1))).isEmpty();
            assertThat(backend.get(SESSION, key(2)).orElseThrow().value()).isEqualTo(value(2));
        }
    }

    @Test
    void aDirectoryCannotBeToldToKeepNothing() {
        NativeBackend.Builder builder = NativeBackend.builder(directory);

        assertThatThrownBy(() -> builder.durability(Durability.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memory:");
    }
}
