package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.ClientState;
import dev.pawl.DisconnectedException;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every close leads to the state of the table, and only a confirmed logout takes credentials. */
class ClientClosesTest {

    private static final Duration FIRST = Duration.ofSeconds(3);

    @ParameterizedTest
    @CsvSource({
        "403, FORBIDDEN, DISCONNECTED",
        "405, OUTDATED, DISCONNECTED",
        "411, MULTI_DEVICE_MISMATCH, DISCONNECTED",
        "440, REPLACED, DISCONNECTED"
    })
    void someClosesEndItAndKeepEverything(int code, String reason, ClientState state) throws Exception {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.close(code, "closed by the script");

            bot.heard.await("disconnected " + reason + " again=false");
            assertThat(bot.client.awaitClosed(Duration.ofSeconds(20))).isTrue();
            assertThat(bot.client.state()).isEqualTo(state);
            assertThat(bot.keptCredentials()).isTrue();
            assertThat(bot.client.lastDisconnection().orElseThrow().code()).hasValue(code);
            assertThat(bot.transport.links()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 405, 408, 410, 411, 428, 429, 440, 500, 503, 515, 400, 406, 516})
    void noSingleCloseOfAnOpenConnectionDestroysCredentials(int code) {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.close(code, "closed by the script");
            link.awaitClosed();
            // whatever is done about it has been decided when this is answered
            bot.client.disconnect();

            assertThat(bot.keptCredentials()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "408, CONNECTION_LOST, 3",
        "428, CONNECTION_CLOSED, 3",
        "429, RATE_LIMITED, 300",
        "500, BAD_SESSION, 3",
        "503, UNAVAILABLE, 3",
        "418, UNKNOWN, 3"
    })
    void othersConnectAgainAfterAPause(int code, String reason, long seconds) {
        try (Bot bot = Bot.paired()) {
            bot.connected().close(code, "closed by the script");
            bot.heard.await("disconnected " + reason + " again=true");
            assertThat(bot.client.state()).isEqualTo(ClientState.RECONNECTING);

            bot.timers.pass(Duration.ofSeconds(seconds));

            bot.heard.await("connected " + Bot.ME, 2);
            assertThat(bot.keptCredentials()).isTrue();
        }
    }

    @Test
    void aRestartTheServerAsksForComesAtOnce() {
        try (Bot bot = Bot.paired()) {
            bot.connected().close(515, "Stream Errored (restart required)");
            bot.heard.await("connected " + Bot.ME, 2);
        }
    }

    @Test
    void restartsWithoutEndSlowDown() {
        try (Bot bot = Bot.paired()) {
            bot.transport.onOpen(link -> link.close(515, "Stream Errored (restart required)"));
            bot.client.connect();
            bot.heard.await("disconnected RESTART_REQUIRED again=true", 4);
            bot.timers.pass(FIRST);
            bot.heard.await("disconnected RESTART_REQUIRED again=true", 5);
            bot.timers.pass(Duration.ofSeconds(6));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 410})
    void aLogoutIsBelievedWhenTheNextLoginIsRefusedToo(int code) {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            bot.transport.next(again -> again.close(code, "Connection Failure"));
            link.close(code, "Stream Errored (conflict)");
            bot.heard.await("disconnected LOGGED_OUT again=true");
            assertThat(bot.keptCredentials()).isTrue();

            bot.timers.pass(FIRST);

            bot.heard.await("logged out");
            assertThat(bot.client.state()).isEqualTo(ClientState.LOGGED_OUT);
            assertThat(bot.auth.credentials()).isEmpty();
            assertThat(bot.auth.types()).isEmpty();
        }
    }

    @Test
    void aLoginThatIsRefusedOnceIsTriedAgain() {
        try (Bot bot = Bot.paired()) {
            bot.transport.next(link -> link.close(401, "Connection Failure"));
            bot.client.connect();
            bot.heard.await("disconnected LOGGED_OUT again=true");
            bot.timers.pass(FIRST);
            bot.heard.await("connected " + Bot.ME);
            assertThat(bot.keptCredentials()).isTrue();
        }
    }

    @Test
    void aLogoutThatWasRefutedIsForgotten() {
        try (Bot bot = Bot.paired()) {
            bot.connected().close(401, "Stream Errored (conflict)");
            bot.timers.pass(FIRST);
            bot.heard.await("connected " + Bot.ME, 2);
            bot.transport.link(2).close(401, "Stream Errored (conflict)");
            bot.timers.pass(Duration.ofSeconds(6));
            bot.heard.await("connected " + Bot.ME, 3);
            assertThat(bot.keptCredentials()).isTrue();
        }
    }

    @Test
    void aLostConnectionInBetweenConfirmsNothing() {
        try (Bot bot = Bot.paired()) {
            bot.transport.next(link -> link.close(401, "Connection Failure"));
            bot.transport.next(link -> link.close(408, "Connection was lost"));
            bot.client.connect();
            bot.timers.pass(FIRST);
            bot.heard.await("disconnected CONNECTION_LOST again=true");
            assertThat(bot.keptCredentials()).isTrue();
        }
    }

    @Test
    void loggingOutClearsThisSessionAndNothingElse() throws Exception {
        MemoryBackend backend = Bot.pairedBackend();
        SessionName other = SessionName.of("other");
        Bot.pair(backend, other);
        try (Bot bot = Bot.on(backend)) {
            ScriptedLink link = bot.connected();
            link.receive(Bot.PEER, "kept").join();
            bot.client.scheduleAt(Instant.now().plusSeconds(3600), Bot.PEER, dev.pawl.Content.text("later"));

            bot.client.logout();

            assertThat(link.isLoggedOut()).isTrue();
            bot.heard.await("logged out");
            assertThat(bot.auth.credentials()).isEmpty();
            assertThat(bot.auth.types()).isEmpty();
            bot.client.disconnect();
            assertThat(bot.messages.count(Bot.PEER)).isEqualTo(1);
            assertThat(bot.client.jobs().counts().waiting()).isEqualTo(1);
        }
        try (AuthStore store = AuthStore.openReadOnly(backend, other)) {
            assertThat(store.credentials().filter(Credentials::paired)).isPresent();
            assertThat(store.read(KeyType.LID_MAPPING, "1")).isPresent();
        }
    }

    @Test
    void afterLoggingOutANewDeviceIsPaired() throws Exception {
        try (Bot bot = Bot.paired()) {
            bot.connected();
            long registration = bot.auth.credentials().orElseThrow().registrationId();
            bot.client.logout();
            bot.heard.await("logged out");

            bot.client.connect();
            bot.heard.await("qr scripted-qr-1");
            bot.transport.link(2).pair(Bot.NUMBER);
            bot.heard.await("connected " + Bot.ME, 2);
            assertThat(bot.auth.credentials().orElseThrow().signedIdentityKey()).isNotNull();
            assertThat(registration).isPositive();
        }
    }

    @RepeatedTest(5)
    void aDeviceThatIsPairedAfterALogoutIsNotLoggedOutByIt() throws Exception {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.holdAnswers();
            bot.client.onLoggedOut(how -> bot.client.connect());
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            List<Thread> threads = new ArrayList<>();
            // many, so that some of them go on only after the new device has begun
            for (int i = 0; i < 16; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        bot.client.logout();
                    } catch (DisconnectedException e) {
                        // came too late to ask, which is said
                    } catch (Exception e) {
                        failures.add(e);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            until(link::isLoggedOut);
            link.close(401, "Intentional Logout");
            for (Thread thread : threads) {
                thread.join();
            }
            bot.heard.await("qr scripted-qr-1");
            bot.transport.link(2).pair(Bot.NUMBER);
            bot.heard.await("connected " + Bot.ME, 2);
            assertThat(failures).isEmpty();
            assertThat(bot.heard.lines()).containsOnlyOnce("logged out");
        }
    }

    private static void until(BooleanSupplier reached) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not reached within 20 seconds");
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void aLogoutThatTheServerDidNotHearClearsNothing() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            link.failLogout(TransportException.failed("no answer"));
            assertThatThrownBy(bot.client::logout).isInstanceOf(TransportException.class);
            assertThat(bot.keptCredentials()).isTrue();
            assertThat(bot.client.state()).isEqualTo(ClientState.CONNECTED);

            link.close(401, "Stream Errored (conflict)");
            bot.heard.await("disconnected LOGGED_OUT again=true");
            assertThat(bot.keptCredentials()).isTrue();
        }
    }

    @Test
    void withoutAConnectionNothingIsClearedByLoggingOut() {
        try (Bot bot = Bot.paired()) {
            assertThatThrownBy(bot.client::logout).isInstanceOf(DisconnectedException.class);
            assertThat(bot.keptCredentials()).isTrue();
        }
    }

    @Test
    void anEngineThatDiesIsStartedAgain() {
        try (Bot bot = Bot.paired()) {
            bot.connected().die("the process ended with 1");
            bot.heard.await("disconnected TRANSPORT_FAILED again=true");
            bot.timers.pass(FIRST);
            bot.heard.await("connected " + Bot.ME, 2);
        }
    }
}
