package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.ClientState;
import dev.pawl.Content;
import dev.pawl.DisconnectedException;
import dev.pawl.backend.ClosedException;
import dev.pawl.message.WaMessage;
import dev.pawl.transport.Link;
import dev.pawl.transport.Transport;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When a client tries again, and when it stops. */
class ClientReconnectTest {

    @Test
    void pausesGrowToAMinute() {
        try (Bot bot = Bot.paired()) {
            bot.transport.onOpen(link -> link.close(428, "Connection Terminated"));
            bot.client.connect();
            for (int seconds : new int[] {3, 6, 12, 24, 48, 60, 60}) {
                bot.timers.pass(Duration.ofSeconds(seconds));
            }
        }
    }

    @Test
    void aConnectionThatBreaksAgainSoonDoesNotBeginAnew() {
        try (Bot bot = Bot.paired()) {
            bot.connected().close(428, "Connection Terminated");
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 2);
            bot.transport.link(2).close(428, "Connection Terminated");
            bot.timers.pass(Duration.ofSeconds(6));
            bot.heard.await("connected " + Bot.ME, 3);

            bot.timers.pass(Bot.EXACT.steadyAfter());
            bot.transport.link(3).close(428, "Connection Terminated");
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 4);
        }
    }

    @Test
    void itGivesUpAfterAsManyFailuresAsItWasTold() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.reconnect(Bot.EXACT.attempts(3)))) {
            bot.transport.onOpen(link -> link.close(503, "Connection Failure"));
            bot.client.connect();
            bot.timers.pass(Duration.ofSeconds(3));
            bot.timers.pass(Duration.ofSeconds(6));
            bot.heard.await("disconnected UNAVAILABLE again=false");
            assertThat(bot.transport.links()).isEqualTo(3);
        }
    }

    @Test
    void itConnectsAgainAfterItWasDisconnected() {
        try (Bot bot = Bot.paired()) {
            bot.connected();
            bot.client.disconnect();
            bot.heard.await("disconnected REQUESTED again=false");
            assertThat(bot.client.state()).isEqualTo(ClientState.DISCONNECTED);
            assertThat(bot.keptCredentials()).isTrue();

            bot.client.connect();
            bot.heard.await("connected " + Bot.ME, 2);
        }
    }

    @Test
    void connectingEndsAPause() {
        try (Bot bot = Bot.paired()) {
            bot.connected().close(429, "Stream Errored (unknown)");
            bot.heard.await("disconnected RATE_LIMITED again=true");
            bot.client.connect();
            bot.heard.await("connected " + Bot.ME, 2);
        }
    }

    @Test
    void disconnectingEndsAPauseForGood() {
        try (Bot bot = Bot.paired()) {
            bot.connected().close(428, "Connection Terminated");
            bot.heard.await("disconnected CONNECTION_CLOSED again=true");
            bot.client.disconnect();
            bot.timers.advance(Duration.ofHours(1));
            bot.heard.await("disconnected REQUESTED again=false");
            assertThat(bot.transport.links()).isEqualTo(1);
        }
    }

    @Test
    void connectingTwiceIsConnectingOnce() {
        try (Bot bot = Bot.paired()) {
            bot.connected();
            bot.client.connect();
            bot.client.disconnect();
            assertThat(bot.transport.links()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUpInTime() {
        try (Bot bot = Bot.paired()) {
            bot.transport.next(link -> {});
            bot.client.connect();
            bot.timers.pass(Bot.EXACT.answerWithin());
            bot.heard.await("disconnected CONNECTION_LOST again=true");
            bot.transport.link(1).awaitClosed();
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME);
        }
    }

    @Test
    void anEngineThatDoesNotStartIsTriedAgainUnlessThatIsOfNoUse() {
        try (Bot bot = Bot.paired()) {
            bot.transport.nextFails(TransportException.failed("no room on the disk"));
            bot.transport.nextFails(TransportException.permanent("install Node"));
            bot.client.connect();
            bot.heard.await("disconnected TRANSPORT_FAILED again=true");
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("disconnected TRANSPORT_FAILED again=false");
            assertThat(bot.heard.errors())
                    .extracting(Throwable::getMessage)
                    .contains("no room on the disk", "install Node");
            bot.client.connect();
            bot.heard.await("connected " + Bot.ME);
        }
    }

    @Test
    void anEngineMaySayThatItOpenedBeforeItReturns() {
        ScriptedTransport scripted = new ScriptedTransport().onOpen(link -> {});
        AtomicReference<Duration> waited = new AtomicReference<>();
        Transport hasty = host -> {
            Link link = scripted.open(host);
            long began = System.nanoTime();
            host.opened();
            waited.set(Duration.ofNanos(System.nanoTime() - began));
            return link;
        };
        try (Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.transport(hasty))) {
            bot.client.connect();
            bot.heard.await("connected " + Bot.ME);
            assertThat(waited.get()).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void disconnectingDoesNotWaitForAnEngineThatStartsSlowly() {
        try (Bot bot = Bot.paired()) {
            bot.transport.nextHangs();
            bot.client.connect();
            bot.transport.awaitHanging();
            bot.client.disconnect();
            assertThat(bot.client.state()).isEqualTo(ClientState.DISCONNECTED);
            assertThat(bot.heard.errors()).isEmpty();
            bot.connected();
        }
    }

    @Test
    void whatALinkSaysAfterItsEndCountsNoMore() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink first = bot.connected();
            first.close(428, "Connection Terminated");
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("connected " + Bot.ME, 2);

            first.host().closed(dev.pawl.transport.CloseReason.of(401, "Stream Errored (conflict)"));
            first.host().qr("late");
            assertThatThrownBy(() -> first.host().credentials())
                    .isInstanceOf(dev.pawl.transport.LinkEndedException.class);
            bot.client.disconnect();

            assertThat(bot.heard.await("disconnected REQUESTED again=false").lines())
                    .doesNotContain("qr late", "disconnected LOGGED_OUT again=true");
        }
    }

    @Test
    void whatIsSentWhileItConnectsGoesOverTheNextLink() throws Exception {
        try (Bot bot = Bot.paired()) {
            bot.connected().close(428, "Connection Terminated");
            bot.heard.await("disconnected CONNECTION_CLOSED again=true");
            CompletableFuture<WaMessage> sending = new CompletableFuture<>();
            Thread sender = new Thread(() -> {
                try {
                    sending.complete(bot.client.send(Bot.PEER, Content.text("in between")));
                } catch (Exception e) {
                    sending.completeExceptionally(e);
                }
            });
            sender.start();
            bot.timers.pass(Duration.ofSeconds(3));
            WaMessage sent = sending.get(20, TimeUnit.SECONDS);
            assertThat(bot.transport.link(2).sent(1).get(0).messageId())
                    .isEqualTo(sent.key().id());
        }
    }

    @Test
    void nothingWaitsForAClientThatDoesNotConnect() {
        try (Bot bot = Bot.paired()) {
            assertThatThrownBy(() -> bot.client.send(Bot.PEER, Content.text("idle")))
                    .isInstanceOf(DisconnectedException.class);
            bot.connected();
            bot.client.disconnect();
            assertThatThrownBy(() -> bot.client.send(Bot.PEER, Content.text("ended")))
                    .isInstanceOf(DisconnectedException.class);
        }
    }

    @Test
    void anAnswerThatDoesNotComeIsNotWaitedForLong() {
        try (Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.answersWithin(Duration.ofMillis(50)))) {
            ScriptedLink link = bot.connected();
            link.holdAnswers();
            assertThatThrownBy(() -> bot.client.send(Bot.PEER, Content.text("hello"), "MY-ID"))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("MY-ID");
        }
    }

    @Test
    void aLinkThatClosesWhileItSendsSaysSo() throws Exception {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.holdAnswers();
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread sender = new Thread(() -> {
                try {
                    bot.client.send(Bot.PEER, Content.text("hello"));
                } catch (Exception e) {
                    failure.complete(e);
                }
            });
            sender.start();
            link.sent(1);
            link.close(428, "Connection Terminated");
            assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void aClosedClientStaysClosed() {
        Bot bot = Bot.paired();
        bot.connected();
        bot.close();
        bot.close();
        assertThat(bot.client.isClosed()).isTrue();
        assertThat(bot.client.state()).isEqualTo(ClientState.CLOSED);
        assertThatThrownBy(bot.client::connect).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> bot.client.send(Bot.PEER, Content.text("too late")))
                .isInstanceOf(DisconnectedException.class);
    }
}
