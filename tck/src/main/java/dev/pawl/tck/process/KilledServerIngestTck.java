package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.StoreException;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.message.Binding;
import dev.pawl.message.MessageStore;
import dev.pawl.tck.process.HistoryStream.Counts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server is killed while a stream of events goes in, and comes back: a binding ends where it would have ended without
 * that, with what is counted; by hand the stream is played again, and only counts differ. A kill each; with the system
 * property {@code pawl.soak} many.
 */
@Timeout(3_600)
public abstract class KilledServerIngestTck {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final int KILLS = SOAK ? 30 : 1;

    /** How long the streams are. */
    private static final int TIMES = SOAK ? 4 : 1;

    private final Random random = new Random(13);

    /** For the tests of a server. */
    protected KilledServerIngestTck() {}

    /** Opens a store that nobody has used, on a server that keeps what it acknowledged when it is killed. */
    protected abstract Backend openNew();

    /** Kills the server, as a crash does. */
    protected abstract void kill() throws Exception;

    /** Starts it again. */
    protected abstract void restart() throws Exception;

    private void killAndRestart() throws Exception {
        LockSupport.parkNanos((long) (random.nextDouble() * 5_000_000));
        kill();
        restart();
    }

    private static void awaitAtLeast(int goal, Future<?> work, IntSupplier reached) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (reached.getAsInt() < goal && !work.isDone()) {
            assertThat(System.nanoTime() - end).as("it goes on").isNegative();
            LockSupport.parkNanos(500_000);
        }
    }

    @Test
    void aBindingGoesOnAndCountsEachEventOnce() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            List<RawEvent> events = new HistoryStream(kill, TIMES).events();
            try (Backend backend = openNew();
                    MessageStore store = MessageStore.open(backend, HistoryStream.SESSION)) {
                Feed feed = new Feed(events, 0);
                try (Binding binding = store.bind(feed, HistoryChild.FEW)) {
                    long moment = 50L + random.nextInt(events.size() - 100);
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                    while (feed.given() < moment) {
                        assertThat(System.nanoTime() - end).as("it goes on").isNegative();
                        LockSupport.parkNanos(500_000);
                    }
                    killAndRestart();
                    while (!feed.isAtEnd()) {
                        assertThat(binding.flush(Duration.ofMinutes(2))).isTrue();
                    }
                    assertThat(binding.flush(Duration.ofMinutes(2))).isTrue();
                    assertThat(binding.progress().setAside()).isZero();
                }
                Map<String, String> wanted = HistoryStream.rowsOf(events, Counts.TOLD);
                assertThat(HistoryStream.differences(HistoryStream.rows(backend, Counts.TOLD), wanted))
                        .as("kill %d", kill)
                        .isEmpty();
            }
        }
    }

    /** Applies events one by one, and ends at the first that fails. */
    private static void apply(MessageStore store, List<RawEvent> events, AtomicInteger reached) {
        try {
            for (RawEvent event : events) {
                store.apply(List.of(Event.of(event)));
                reached.incrementAndGet();
            }
        } catch (StoreException e) {
            // The server is gone. Whether this event was applied is not asked: it comes again.
        }
    }

    @Test
    void aStreamPlayedAgainHealsWhatTheEndOfTheServerLeft() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                List<RawEvent> events = new HistoryStream(kill, TIMES).events();
                try (Backend backend = openNew()) {
                    AtomicInteger reached = new AtomicInteger();
                    try (MessageStore store = MessageStore.open(backend, HistoryStream.SESSION)) {
                        Future<?> work = thread.submit(() -> apply(store, events, reached));
                        awaitAtLeast(50 + random.nextInt(events.size() / 2), work, reached::get);
                        killAndRestart();
                        work.get();
                    }
                    // Now and then from the beginning, else from what is stored for sure.
                    int from = kill % 2 == 0 ? reached.get() : 0;
                    try (MessageStore store = MessageStore.open(backend, HistoryStream.SESSION)) {
                        apply(store, events.subList(from, events.size()), new AtomicInteger());
                    }
                    Map<String, String> wanted = HistoryStream.rowsOf(events, Counts.LEFT_OUT);
                    assertThat(HistoryStream.differences(HistoryStream.rows(backend, Counts.LEFT_OUT), wanted))
                            .as("kill %d, stored for sure %d of %d", kill, reached.get(), events.size())
                            .isEmpty();
                }
            }
        } finally {
            thread.shutdown();
        }
    }
}
