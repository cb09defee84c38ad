package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonString;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** What tests of troubles say in few words. */
abstract class Troubles {

    static final SessionName SESSION = SessionName.DEFAULT;

    final Fragile backend = new Fragile();
    final World world = new World(backend);

    @AfterEach
    final void close() {
        world.close();
    }

    final Broadcast broadcast(int recipients, int size) {
        return world.store.broadcast(
                IntStream.rangeClosed(1, recipients).mapToObj(i -> i + "@lid").toList(),
                recipient -> new JsonString("x".repeat(size)),
                BroadcastOptions.STANDARD.id("news").pacing(Duration.ofSeconds(2)));
    }

    static Key queued(int recipient) {
        return new Key(Family.JOB, BroadcastRow.queue("news"), "news.00000" + recipient);
    }

    final void put(Key key, String text) {
        long order = backend.get(SESSION, key).map(Row::order).orElse(7L);
        backend.commit(SESSION, Batch.of(Row.of(key, order, Bytes.utf8(text))));
    }

    /** Runs and lets time go by, so many times. */
    final void run(int times) {
        try (JobRunner runner = world.runner()) {
            for (int i = 0; i < times; i++) {
                runner.runDue();
                world.clocks.pass(Duration.ofSeconds(10));
            }
        }
    }

    /** Where it was said that something is wrong. */
    final List<String> troubles() {
        return world.events.stream()
                .filter(JobEvent.Trouble.class::isInstance)
                .map(event -> ((JobEvent.Trouble) event).cause().getMessage())
                .toList();
    }

    final List<String> found() {
        return JobVerification.run(backend, SESSION, rows -> {}).stream()
                .map(JobFinding::rule)
                .toList();
    }
}
