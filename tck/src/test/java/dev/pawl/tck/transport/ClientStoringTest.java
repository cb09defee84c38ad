package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.ClientState;
import dev.pawl.Content;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.WaMessage;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.LinkEndedException;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a link writes is stored whole and in order before it goes on, or the link ends. */
class ClientStoringTest {

    @Test
    void anOwnMessageIsStoredBeforeItLeaves() throws Exception {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            AtomicInteger stored = new AtomicInteger();
            backend.beforeWriting(Family.MESSAGE, () -> {
                assertThat(link.sent(0)).isEmpty();
                stored.incrementAndGet();
            });

            WaMessage sent = bot.client.send(Bot.PEER, Content.text("hello"));

            assertThat(stored.get()).isPositive();
            assertThat(bot.messages.message(sent.key()).flatMap(WaMessage::text))
                    .contains("hello");
            assertThat(link.sent(1).get(0).messageId())
                    .startsWith("3EB0")
                    .isEqualTo(sent.key().id());
            JsonObject asked = JsonObject.builder()
                    .put("remoteJid", new JsonString(Bot.PEER))
                    .put("fromMe", JsonBoolean.TRUE)
                    .put("id", new JsonString(sent.key().id()))
                    .build();
            assertThat(link.host().messageForRetry(asked).orElseThrow().toText())
                    .contains("hello");
            assertThat(link.host().messageForRetry(JsonObject.EMPTY)).isEmpty();
        }
    }

    @Test
    void whoAsksIsToldWhenTheHistoryHasWhatCame() throws Exception {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            backend.beforeWriting(Family.MESSAGE, () -> {
                throw UnavailableException.writeFailed("the disk is full", new java.io.IOException("full"));
            });
            link.receive(Bot.PEER, "sent once", "ONCE").get(20, TimeUnit.SECONDS);
            assertThat(link.host().awaitStored(Duration.ofMillis(50))).isFalse();

            backend.lookAway();
            assertThat(link.host().awaitStored(Duration.ofSeconds(20))).isTrue();
            assertThat(bot.messages.count(Bot.PEER)).isEqualTo(1);
        }
    }

    @Test
    void troubleOfTheLinkIsAnErrorThatEndsNothing() {
        try (Bot bot = Bot.on(new Watched(Bot.pairedBackend()))) {
            bot.connected().host().trouble("it is not kept");
            bot.heard.await("error TransportException");
            assertThat(bot.client.state()).isEqualTo(ClientState.CONNECTED);
        }
    }

    @Test
    void whatCannotBeStoredIsNotSent() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            backend.beforeWriting(Family.MESSAGE, () -> {
                throw UnavailableException.writeFailed("the disk is full", new java.io.IOException("full"));
            });
            assertThatThrownBy(() -> bot.client.send(Bot.PEER, Content.text("hello")))
                    .isInstanceOf(TransportException.class);
            assertThat(link.sent(0)).isEmpty();
        }
    }

    @Test
    void keysThatCannotBeStoredEndTheLinkAndNothingLeaves() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            backend.beforeWriting(Family.KEY, () -> {
                throw UnavailableException.writeFailed("the disk is full", new java.io.IOException("full"));
            });
            assertThatThrownBy(() -> bot.client.send(Bot.PEER, Content.text("hello")))
                    .isInstanceOf(TransportException.class);
            assertThat(link.sent(0)).isEmpty();
            bot.heard.await("disconnected STORE_FAILED again=true").await("error UnavailableException");
            assertThatThrownBy(() -> link.host().read("session", List.of("1.0")))
                    .isInstanceOf(LinkEndedException.class);

            backend.lookAway();
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 2);
        }
    }

    @Test
    void aStoreThatFailsForAMomentIsNotNoticed() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            AtomicInteger writes = new AtomicInteger();
            backend.beforeWriting(Family.KEY, () -> {
                if (writes.incrementAndGet() == 1) {
                    throw UnavailableException.writeFailed("busy", new java.io.IOException("busy"));
                }
                if (writes.get() == 2) {
                    throw new InDoubtException("no answer", new java.io.IOException("no answer"));
                }
            });
            link.host().write(KeyChanges.none().put("session", "1.0", Bytes.utf8("{\"a\":1}")));
            assertThat(bot.auth.read(KeyType.text("session"), "1.0")).contains(Bytes.utf8("{\"a\":1}"));
            assertThat(bot.heard.errors()).isEmpty();
        }
    }

    @Test
    void manyTypesAndTheCredentialsAreOneCommit() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            AtomicInteger commits = new AtomicInteger();
            AtomicInteger withCredentials = new AtomicInteger();
            backend.beforeWriting(batch -> {
                boolean credentials =
                        batch.puts().stream().anyMatch(row -> row.key().equals(Key.CREDENTIALS));
                boolean keys = batch.puts().stream().anyMatch(row -> row.key().family() == Family.KEY);
                commits.addAndGet(credentials || keys ? 1 : 0);
                withCredentials.addAndGet(credentials ? 1 : 0);
            });
            link.host()
                    .write(KeyChanges.of(changes -> changes.put("session", "1.0", Bytes.utf8("{\"a\":1}"))
                            .put("a-type-of-tomorrow", "x", Bytes.utf8("\"y\""))
                            .delete("lid-mapping", "1")
                            .credentials(JsonObject.builder()
                                    .put("platform", new JsonString("iphone"))
                                    .build())));
            assertThat(commits).hasValue(1);
            assertThat(withCredentials).hasValue(1);
            assertThat(link.host().read("a-type-of-tomorrow", List.of("x", "missing")))
                    .isEqualTo(Map.of("x", Bytes.utf8("\"y\"")));
            assertThat(bot.auth.credentials().flatMap(Credentials::platform)).contains("iphone");
            assertThat(bot.auth.read(KeyType.LID_MAPPING, "1")).isEmpty();
        }
    }

    @Test
    void whatIsNoJsonEndsTheLinkThatWroteIt() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            assertThatThrownBy(() -> link.host().write(KeyChanges.none().put("session", "1.0", Bytes.utf8("{"))))
                    .isInstanceOf(RuntimeException.class);
            bot.heard.await("disconnected STORE_FAILED again=true");
            assertThat(bot.auth.read(KeyType.text("session"), "1.0")).isEmpty();
        }
    }

    @Test
    void aDamagedKeyIsAnErrorOfItsReaderAlone() {
        MemoryBackend backend = Bot.pairedBackend();
        backend.commit(SessionName.DEFAULT, Batch.of(Row.of(Key.ofKey("session", "1.0"), Bytes.utf8("{\"a\":"))));
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            assertThatThrownBy(() -> link.host().read("session", List.of("1.0")))
                    .isInstanceOf(CorruptDataException.class);
            link.host().write(KeyChanges.none().put("session", "2.0", Bytes.utf8("{}")));
        }
    }

    @Test
    void damagedCredentialsAreAnErrorAndNeverANewIdentity() {
        MemoryBackend backend = new MemoryBackend();
        backend.commit(SessionName.DEFAULT, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("{\"noiseKey\":"))));
        try (Bot bot = Bot.on(backend)) {
            bot.client.connect();
            bot.heard.await("error CorruptDataException").await("disconnected STORE_FAILED again=false");
            assertThat(bot.transport.links()).isZero();
        }
        assertThat(backend.get(SessionName.DEFAULT, Key.CREDENTIALS)
                        .orElseThrow()
                        .value())
                .isEqualTo(Bytes.utf8("{\"noiseKey\":"));
    }

    @Test
    void pairsOfAddressesReachTheHistory() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.receive("6282222222222@s.whatsapp.net", "by number").join();
            link.receive("555@lid", "by lid").join();
            bot.client.onEvent(event -> bot.heard.add("event " + event.name()));
            link.host()
                    .write(KeyChanges.of(changes -> changes.put("lid-mapping", "6282222222222", Bytes.utf8("\"555\""))
                            .put("lid-mapping", "555_reverse", Bytes.utf8("\"6282222222222\""))));
            bot.heard.await("event lid-mapping.update");
            bot.client.disconnect();

            assertThat(bot.messages.count("555@lid")).isEqualTo(2);
            assertThat(bot.heard.lines().stream().filter("event lid-mapping.update"::equals))
                    .hasSize(1);
        }
    }

    @Test
    void theHistoryKnowsAPairBeforeItsKeyIsStored() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            backend.beforeWriting(Family.KEY, () -> {
                // as good as a kill: nothing comes behind it
                throw new IllegalStateException("killed");
            });
            assertThatThrownBy(() -> link.host()
                            .write(KeyChanges.none().put("lid-mapping", "555_reverse", Bytes.utf8("\"628\""))))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(bot.auth.read(KeyType.LID_MAPPING, "555_reverse")).isEmpty();

            backend.lookAway();
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 2);
            bot.transport.link(2).receive("628@s.whatsapp.net", "by number");
            bot.transport.link(2).receive("555@lid", "by lid");
            bot.client.disconnect();
            assertThat(bot.messages.count("555@lid")).isEqualTo(2);
        }
    }

    @Test
    void keysDoNotWaitForAHistoryThatFails() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            backend.beforeWriting(Family.ALIAS, () -> {
                throw UnavailableException.writeFailed("the disk is full", new java.io.IOException("full"));
            });
            link.host().write(KeyChanges.none().put("lid-mapping", "555_reverse", Bytes.utf8("\"628\"")));
            assertThat(bot.auth.read(KeyType.LID_MAPPING, "555_reverse")).isPresent();
            backend.lookAway();
            link.receive("628@s.whatsapp.net", "by number");
            link.receive("555@lid", "by lid");
            bot.client.disconnect();
            assertThat(bot.messages.count("555@lid")).isEqualTo(2);
        }
    }

    @Test
    void credentialsAloneAreStoredToo() {
        Watched backend = new Watched(Bot.pairedBackend());
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            bot.client.onCredentialsChanged(changed -> bot.heard.add("credentials changed"));
            AtomicInteger commits = new AtomicInteger();
            backend.beforeWriting(Family.CREDENTIALS, commits::incrementAndGet);
            link.host()
                    .write(KeyChanges.none()
                            .credentials(JsonObject.builder()
                                    .put("platform", new JsonString("iphone"))
                                    .build()));
            assertThat(commits).hasValue(1);
            assertThat(bot.auth.credentials().flatMap(Credentials::platform)).contains("iphone");
            assertThat(bot.keptCredentials()).isTrue();
            bot.heard.await("credentials changed");
        }
    }

    @Test
    void whatHappensIsInTheHistoryOnceItIsDisconnected() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            for (int i = 0; i < 500; i++) {
                link.receive(Bot.PEER, "number " + i, "ID" + i);
            }
            bot.client.disconnect();
            assertThat(bot.messages.count(Bot.PEER)).isEqualTo(500);
            assertThat(bot.messages.message(MessageKey.of(Bot.PEER, "ID499", false)))
                    .isPresent();
        }
    }

    @Test
    void receiptsReachTheHistory() throws Exception {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            WaMessage sent = bot.client.send(Bot.PEER, Content.text("hello"));
            link.acknowledge(link.sent(1).get(0), 4);
            bot.client.disconnect();
            assertThat(bot.messages.message(sent.key()).flatMap(WaMessage::status))
                    .contains(dev.pawl.message.MessageStatus.READ);
        }
    }

    @Test
    void writesOfManyThreadsAreStoredInTheirOrder() throws Exception {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            List<Thread> threads = new java.util.ArrayList<>();
            for (int t = 0; t < 4; t++) {
                String id = t + ".0";
                Thread thread = new Thread(() -> {
                    for (int i = 1; i <= 100; i++) {
                        link.host().write(KeyChanges.none().put("session", id, Bytes.utf8("{\"n\":" + i + "}")));
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(bot.auth
                            .read(KeyType.text("session"), List.of("0.0", "1.0", "2.0", "3.0"))
                            .values())
                    .containsOnly(Bytes.utf8("{\"n\":100}"));
        }
    }
}
