package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Family;
import dev.pawl.backend.UnavailableException;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.LinkEndedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store of keys that fails ends the link, and loses nothing that the server believes to have been received. */
@Timeout(120)
class ClientStoreFailuresTest {

    private static final KeyChanges RATCHET = KeyChanges.none().put("session", "1.0", Bytes.utf8("{\"_sessions\":{}}"));

    private static UnavailableException gone() {
        return UnavailableException.writeFailed("the server is gone", new IOException("gone"));
    }

    @Test
    void whatWasReadBeforeAWriteFailedReachesTheHistory() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            CountDownLatch allSaid = new CountDownLatch(1);
            backend.beforeWriting(Family.KEY, () -> {
                // what the link was not told by the end of it would be refused
                await(allSaid);
                throw gone();
            });
            CompletableFuture<Void> failing = link.run(() -> link.host().write(RATCHET));
            for (int i = 0; i < 20; i++) {
                link.receive(Bot.PEER, "receipted " + i, "ID" + i);
            }
            CompletableFuture<Void> writing = link.run(() -> link.host().write(RATCHET));
            allSaid.countDown();

            bot.heard.await("disconnected STORE_FAILED again=true");
            link.awaitClosed();
            bot.client.disconnect();

            assertThatThrownBy(failing::join).hasCauseInstanceOf(UnavailableException.class);
            assertThatThrownBy(writing::join).hasCauseInstanceOf(LinkEndedException.class);
            assertThat(bot.messages.count(Bot.PEER)).isEqualTo(20);
            assertThat(bot.messages.message(MessageKey.of(Bot.PEER, "ID19", false)))
                    .isPresent();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void afterItsEndALinkTellsNothingMore() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            backend.beforeWriting(Family.KEY, () -> {
                throw gone();
            });
            link.run(() -> link.host().write(RATCHET));
            bot.heard.await("disconnected STORE_FAILED again=true");
            assertThatThrownBy(() -> link.host()
                            .event(new dev.pawl.event.RawEvent("messages.upsert", dev.pawl.json.JsonObject.EMPTY)))
                    .isInstanceOf(LinkEndedException.class);
        }
    }

    @Test
    void aStoreThatCannotBeReadForAMomentIsNotNoticed() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            bot.auth.write(Updates.none().put(KeyType.text("session"), "1.0", Bytes.utf8("{\"a\":1}")));
            AtomicInteger reads = new AtomicInteger();
            backend.beforeReading(Family.KEY, () -> {
                if (reads.incrementAndGet() < 3) {
                    throw gone();
                }
            });
            assertThat(link.host().read("session", List.of("1.0"))).isEqualTo(Map.of("1.0", Bytes.utf8("{\"a\":1}")));
            assertThat(reads).hasValue(3);
            assertThat(bot.heard.errors()).isEmpty();
        }
    }

    @Test
    void keysThatCannotBeReadEndTheLink() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            backend.beforeReading(Family.KEY, () -> {
                throw gone();
            });
            assertThatThrownBy(() -> link.host().read("session", List.of("1.0")))
                    .isInstanceOf(UnavailableException.class);
            bot.heard.await("disconnected STORE_FAILED again=true");
            link.awaitClosed();

            backend.lookAway();
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 2);
        }
    }
}
