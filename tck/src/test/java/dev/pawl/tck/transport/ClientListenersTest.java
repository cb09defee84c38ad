package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.ClientState;
import dev.pawl.Content;
import dev.pawl.Registration;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners run in order, fail alone, may do everything, and hold the connection up when they are slow. */
@Timeout(120)
class ClientListenersTest {

    @Test
    void theyAreToldInTheOrderOfWhatHappened() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            for (int i = 0; i < 50; i++) {
                link.receive(Bot.PEER, "number " + i);
            }
            bot.heard.await("message number 49");
            assertThat(bot.heard.lines().stream().filter(line -> line.startsWith("message")))
                    .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 50)
                            .mapToObj(i -> "message number " + i)
                            .toList());
        }
    }

    @Test
    void oneThatFailsKeepsNothingFromTheOthers() {
        try (Bot bot = Bot.paired()) {
            bot.client.onMessage(message -> {
                throw new java.io.IOException("broken listener");
            });
            bot.client.onMessage(
                    message -> bot.heard.add("second " + message.text().orElseThrow()));
            ScriptedLink link = bot.connected();
            link.receive(Bot.PEER, "one");
            link.receive(Bot.PEER, "two");
            bot.heard.await("second one").await("second two").await("error IOException", 2);
        }
    }

    @Test
    void aListenerOfErrorsThatFailsEndsNothing() {
        try (Bot bot = Bot.paired()) {
            bot.client.onError(error -> {
                throw new IllegalStateException("broken too");
            });
            bot.client.onMessage(message -> {
                throw new AssertionError("broken listener");
            });
            ScriptedLink link = bot.connected();
            link.receive(Bot.PEER, "one");
            link.receive(Bot.PEER, "two");
            bot.heard.await("error AssertionError", 2).await("message two");
        }
    }

    @Test
    void oneThatWasClosedIsToldNoMore() {
        try (Bot bot = Bot.paired()) {
            Registration registration = bot.client.onMessage(message -> bot.heard.add("closed one was told"));
            registration.close();
            registration.close();
            ScriptedLink link = bot.connected();
            link.receive(Bot.PEER, "one");
            bot.heard.await("message one");
            assertThat(bot.heard.lines()).doesNotContain("closed one was told");
        }
    }

    @Test
    void sendingInsideAListenerNeverDeadlocks() {
        try (Bot bot = Bot.paired()) {
            bot.client.onMessage(message -> bot.client.send(message.chat(), Content.text("echo")));
            ScriptedLink link = bot.connected();
            int flood = 3_000;
            for (int i = 0; i < flood; i++) {
                link.receive(Bot.PEER, "flood");
            }
            // each of these waits anew: how long all of them take is not what this is about
            for (int some = 100; some < flood; some += 100) {
                link.sent(some);
            }
            assertThat(link.sent(flood)).hasSize(flood);
        }
    }

    @Test
    void slowListenersHoldTheLinkUp() throws Exception {
        CountDownLatch hurry = new CountDownLatch(1);
        try (Bot bot = Bot.paired()) {
            bot.client.onMessage(message -> hurry.await());
            ScriptedLink link = bot.connected();
            CompletableFuture<Void> last = link.run(() -> {});
            for (int i = 0; i < 2_000; i++) {
                last = link.receive(Bot.PEER, "flood");
            }
            // the first waits for us, a thousand stand behind it, the next one is not taken
            CompletableFuture<Void> stuck = last;
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> stuck.get(300, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);

            bot.client.send(Bot.PEER, Content.text("goes out meanwhile"));
            hurry.countDown();
            stuck.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aListenerMayDisconnectAndClose() {
        try (Bot bot = Bot.paired()) {
            bot.client.onMessage(message -> {
                if (message.text().orElse("").equals("disconnect")) {
                    bot.client.disconnect();
                } else {
                    bot.client.close();
                }
            });
            bot.connected().receive(Bot.PEER, "disconnect");
            bot.heard.await("disconnected REQUESTED again=false");
            bot.client.connect();
            bot.heard.await("connected " + Bot.ME, 2);
            bot.transport.link(2).receive(Bot.PEER, "close");
            bot.heard.await("disconnected REQUESTED again=false", 2);
        }
    }

    @Test
    void aListenerMayConnectAndWait() {
        try (Bot bot = Bot.paired()) {
            bot.client.onDisconnected(how -> bot.heard.add("again "
                    + bot.client.connect(java.time.Duration.ofSeconds(20)).id()));
            bot.connected();
            bot.transport.next(link -> link.open());
            bot.transport.link(1).close(403, "Connection Failure");
            bot.heard.await("again " + Bot.ME);
            assertThat(bot.client.state()).isEqualTo(ClientState.CONNECTED);
        }
    }

    @Test
    void onlyWhatOthersWroteIsAMessage() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.event("messages.upsert", upsert(own("OWN1")));
            link.event("messages.upsert", upsert(own("GAP")).with("requestId", new JsonString("R")));
            link.event("messages.upsert", upsert(reaction()));
            link.event("messages.upsert", JsonObject.EMPTY);
            link.receive(Bot.PEER, "at last");
            bot.heard.await("message at last");
            assertThat(bot.heard.lines().stream().filter(line -> line.startsWith("message")))
                    .containsExactly("message at last");
        }
    }

    @Test
    void everyEventIsTold() {
        try (Bot bot = Bot.paired()) {
            bot.client.onEvent(event -> bot.heard.add("event " + event.name()));
            ScriptedLink link = bot.connected();
            link.event("chats.delete", JsonArray.of(new JsonString(Bot.PEER)));
            link.event("something.new", JsonObject.EMPTY);
            bot.heard.await("event chats.delete").await("event something.new");
        }
    }

    private static JsonObject upsert(JsonValue message) {
        return JsonObject.builder()
                .put("messages", JsonArray.of(message))
                .put("type", new JsonString("notify"))
                .build();
    }

    private static JsonObject own(String id) {
        return message(
                id,
                true,
                JsonObject.builder().put("conversation", new JsonString("mine")).build());
    }

    private static JsonObject reaction() {
        return message(
                "REACTION",
                false,
                JsonObject.builder().put("reactionMessage", JsonObject.EMPTY).build());
    }

    private static JsonObject message(String id, boolean fromMe, JsonObject content) {
        return JsonObject.builder()
                .put(
                        "key",
                        JsonObject.builder()
                                .put("remoteJid", new JsonString(Bot.PEER))
                                .put("fromMe", JsonBoolean.of(fromMe))
                                .put("id", new JsonString(id))
                                .build())
                .put("message", content)
                .build();
    }
}
