package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.ClientState;
import dev.pawl.backend.ClosedException;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.Transport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What else happens while a client ends something. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientEndsTest {

    /** What is done while a link is asked to end, or to unlink the device, on the thread that asks. */
    private record Asked(
            ScriptedTransport scripted, AtomicReference<Runnable> onDisconnect, AtomicReference<Runnable> onLogout)
            implements Transport {

        Asked() {
            this(new ScriptedTransport(), new AtomicReference<>(() -> {}), new AtomicReference<>(() -> {}));
        }

        @Override
        public Link open(LinkHost host) throws InterruptedException {
            Link link = scripted.open(host);
            return new Link() {
                @Override
                public CompletableFuture<JsonObject> send(OutgoingMessage message) {
                    return link.send(message);
                }

                @Override
                public CompletableFuture<String> requestPairingCode(String number) {
                    return link.requestPairingCode(number);
                }

                @Override
                public CompletableFuture<Void> logout() {
                    onLogout.get().run();
                    return link.logout();
                }

                @Override
                public CompletableFuture<Void> disconnect() {
                    onDisconnect.get().run();
                    return link.disconnect();
                }

                @Override
                public void close() {
                    link.close();
                }
            };
        }

        @Override
        public void close() {
            scripted.close();
        }
    }

    /** Else it would connect behind the end of the link and before the end of the client, over a link that nobody ever ends. */
    @Test
    void whoWantsToConnectWhileItIsClosedIsRefused() throws Exception {
        Asked transport = new Asked();
        AtomicReference<CompletableFuture<Throwable>> connecting = new AtomicReference<>(new CompletableFuture<>());
        try (Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.transport(transport))) {
            bot.client.connect(Duration.ofSeconds(20));
            transport.onDisconnect().set(() -> connecting.set(connectBehind(bot)));
            bot.client.close();
            assertThat(bot.client.state()).isEqualTo(ClientState.CLOSED);
        }
        assertThat(connecting.get().get()).isInstanceOf(ClosedException.class);
        assertThat(transport.scripted().links()).isEqualTo(1);
        transport.scripted().link(1).awaitClosed();
    }

    /** Has another thread connect, and returns when it waits for its turn. */
    private static CompletableFuture<Throwable> connectBehind(Bot bot) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread other = new Thread(() -> {
            Throwable thrown = catchThrowable(() -> bot.client.connect());
            outcome.complete(thrown == null ? new AssertionError("it was let") : thrown);
        });
        other.start();
        while (other.getState() != Thread.State.WAITING && other.isAlive()) {
            Thread.onSpinWait();
        }
        return outcome;
    }

    /** Whatever was about to connect when it is closed does not begin with what may take minutes. */
    @Test
    void closingWaitsForNoAttemptThatHasNotBegun() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        for (int i = 0; i < 50; i++) {
            Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.transport(transport));
            transport.nextHangs();
            bot.client.connect();
            bot.close();
            assertThat(bot.client.state()).isEqualTo(ClientState.CLOSED);
        }
    }

    /** A link may say so on the thread of the client, while something is asked of it. */
    @Test
    void aLinkThatOpensWhileItIsAskedSomethingHoldsUpNothing() throws Exception {
        Asked transport = new Asked();
        AtomicReference<LinkHost> host = new AtomicReference<>();
        Transport remembering = new Transport() {
            @Override
            public Link open(LinkHost opening) throws InterruptedException {
                host.set(opening);
                return transport.open(opening);
            }

            @Override
            public void close() {
                transport.close();
            }
        };
        try (Bot bot = Bot.on(Bot.pairedBackend(), builder -> builder.transport(remembering))) {
            bot.client.connect(Duration.ofSeconds(20));
            AtomicReference<Duration> took = new AtomicReference<>(Duration.ZERO);
            transport.onLogout().set(() -> {
                long begin = System.nanoTime();
                host.get().opened();
                took.set(Duration.ofNanos(System.nanoTime() - begin));
            });
            bot.client.logout();
            assertThat(took.get()).isPositive().isLessThan(Duration.ofSeconds(3));
        }
    }
}
