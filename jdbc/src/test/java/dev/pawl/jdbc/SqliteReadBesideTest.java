package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers that open for reading only, beside writers that come and go as commands do. */
@Timeout(120)
class SqliteReadBesideTest {

    private static final int ROUNDS = Boolean.getBoolean("pawl.soak") ? 5_000 : 150;

    @TempDir
    private Path directory;

    @Test
    void writersOfAnotherProcessThatOpenAndCloseDisturbNoReading() throws Exception {
        Path file = directory.resolve("pawl.db");
        try (OtherProcess writer = OtherProcess.start(file, Access.READ_WRITE)) {
            assertThat(writer.does("put a 9")).isEqualTo("ok");
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(writer.does("put a " + round % 90)).isEqualTo("ok");
                    assertThat(writer.does("reopen")).isEqualTo("ok");
                }
            });
            readUntil(writing, file);
        }
    }

    @Test
    void writersOfThisProcessThatOpenAndCloseDisturbNoReading() throws Exception {
        Path file = directory.resolve("pawl.db");
        put(file, 0);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                put(file, round);
            }
        });
        readUntil(writing, file);
    }

    private static void readUntil(CompletableFuture<Void> writing, Path file) throws Exception {
        int readings = 0;
        try (SqliteBackend reader = SqliteBackend.open(file, Access.READ_ONLY)) {
            while (!writing.isDone()) {
                assertThat(OtherProcess.ids(reader)).containsExactly("a");
                readings++;
            }
        }
        writing.get();
        assertThat(readings).isPositive();
    }

    private static void put(Path file, int value) {
        try (SqliteBackend writer = SqliteBackend.open(file, Access.READ_WRITE)) {
            Row row = Row.of(Key.ofKey(OtherProcess.TYPE, "a"), Bytes.utf8("{\"n\":" + value + "}"));
            writer.commit(SessionName.DEFAULT, Batch.of(row));
        }
    }
}
