package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand sessions in one SQLite file, all open at once. */
final class SqliteManySessionsTest {

    private static final int SESSIONS = 1_000;
    private static final KeyType<JsonValue> TYPE = KeyType.json("session");

    @TempDir
    private Path directory;

    private static long descriptors() throws IOException {
        Path list = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(list), "this system does not list the descriptors of a process");
        try (Stream<Path> open = Files.list(list)) {
            return open.count();
        }
    }

    private static long beatThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("pawl-beat"))
                .count();
    }

    @Test
    void aThousandOpenSessionsCostOnePoolOfConnectionsAndOneThread() throws Exception {
        try (Pawl first = Pawl.open("sqlite:" + directory.resolve("first.db"))) {
            // What is loaded once for the whole process.
            first.auth();
        }
        long descriptorsBefore = descriptors();
        long beatsBefore = beatThreads();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (Pawl pawl = Pawl.open("sqlite:" + directory.resolve("pawl.db"))) {
            each(
                    threads,
                    pawl,
                    (store, number) -> store.write(Updates.none().put(TYPE, "peer", JsonNumber.of(number))));
            each(
                    threads,
                    pawl,
                    (store, number) -> assertThat(store.read(TYPE, "peer")).contains(JsonNumber.of(number)));
            assertThat(pawl.sessions()).hasSize(SESSIONS);
            assertThat(descriptors() - descriptorsBefore).isLessThanOrEqualTo(12);
            assertThat(beatThreads() - beatsBefore).isLessThanOrEqualTo(1);
        } finally {
            threads.shutdown();
        }
        assertThat(descriptors()).isLessThanOrEqualTo(descriptorsBefore);
    }

    private interface Use {
        void of(AuthStore store, int number);
    }

    private static void each(ExecutorService threads, Pawl pawl, Use use) throws Exception {
        List<Future<?>> uses = new ArrayList<>();
        for (int session = 1; session <= SESSIONS; session++) {
            int number = session;
            uses.add(threads.submit(() -> use.of(pawl.auth("session-" + number), number)));
        }
        for (Future<?> each : uses) {
            each.get();
        }
    }
}
