package dev.pawl.tck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.ClientState;
import dev.pawl.DisconnectReason;
import dev.pawl.DisconnectedException;
import dev.pawl.auth.Credentials;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.KeyChanges;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A device that is not paired yet gets there, and stays paired. */
class ClientPairingTest {

    @Test
    void aQrCodePairsAndTheServersRestartConnects() {
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();
            bot.heard.await("qr scripted-qr-1");
            assertThat(bot.client.state()).isEqualTo(ClientState.PAIRING);

            bot.transport.link(1).pair(Bot.NUMBER);

            bot.heard.await("connected " + Bot.ME);
            assertThat(bot.heard.lines())
                    .containsExactly(
                            "connecting",
                            "qr scripted-qr-1",
                            "disconnected RESTART_REQUIRED again=true",
                            "connecting",
                            "connected " + Bot.ME);
            assertThat(bot.client.state()).isEqualTo(ClientState.CONNECTED);
            assertThat(bot.client.credentials().filter(Credentials::paired)).isPresent();
        }
    }

    @Test
    void whatALinkWritesIsStoredBeforeItGoesOn() {
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();
            bot.heard.await("qr scripted-qr-1");
            ScriptedLink link = bot.transport.link(1);

            link.run(() -> {
                        link.host().write(KeyChanges.none().credentials(ScriptedLink.paired(Bot.NUMBER)));
                        assertThat(bot.auth.credentials().orElseThrow().paired())
                                .isTrue();
                    })
                    .join();
        }
    }

    @Test
    void aRestartResumesWithoutPairing() {
        MemoryBackend backend = new MemoryBackend();
        try (Bot bot = Bot.on(backend)) {
            bot.client.connect();
            bot.transport.link(1).pair(Bot.NUMBER);
            bot.heard.await("connected " + Bot.ME);
        }
        try (Bot bot = Bot.on(backend)) {
            bot.connected();
            assertThat(bot.heard.lines()).containsExactly("connecting", "connected " + Bot.ME);
        }
    }

    @Test
    void theLinkHasTheCredentialsFromTheStart() {
        try (Bot bot = Bot.paired()) {
            ScriptedLink link = bot.connected();
            assertThat(link.host().credentials())
                    .isEqualTo(bot.auth.credentials().orElseThrow().text());
        }
    }

    @Test
    void aCodeToTypeIsAskedForOnceTheServerIsReady() throws InterruptedException {
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();

            assertThat(bot.client.requestPairingCode("+62 (811) 1111-1111")).isEqualTo(ScriptedLink.PAIRING_CODE);

            bot.heard.await("code " + ScriptedLink.PAIRING_CODE);
            bot.transport.link(1).qr("another").join();
            bot.transport.link(1).pair(Bot.NUMBER);
            bot.heard.await("connected " + Bot.ME);
            assertThat(bot.heard.lines()).doesNotContain("qr another");
        }
    }

    @Test
    void aCodeThatNobodyTypedIsReplacedAFewTimes() throws InterruptedException {
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();
            bot.client.requestPairingCode(Bot.NUMBER);
            for (int code = 1; code <= 3; code++) {
                bot.heard.await("code " + ScriptedLink.PAIRING_CODE, code);
                bot.transport.link(code).close(408, "QR refs attempts ended");
            }
            bot.heard.await("disconnected PAIRING_EXPIRED again=false");
            assertThat(bot.transport.links()).isEqualTo(3);
        }
    }

    @Test
    void noPhoneNumberIsRefused() {
        try (Bot bot = Bot.fresh()) {
            assertThatThrownBy(() -> bot.client.requestPairingCode("0811"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> bot.client.requestPairingCode(Bot.NUMBER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("while connecting");
        }
    }

    @Test
    void aPairedDeviceGetsNoCodes() {
        try (Bot bot = Bot.paired()) {
            bot.transport.next(link -> {});
            bot.client.connect();
            assertThatThrownBy(() -> bot.client.requestPairingCode(Bot.NUMBER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("paired already");
        }
    }

    @Test
    void qrCodesThatNobodyUsedEndSomeTime() {
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();
            bot.heard.await("qr scripted-qr-1");
            for (int code = 2; code <= 7; code++) {
                bot.transport.link(1).qr("scripted-qr-" + code);
            }
            bot.heard.await("disconnected PAIRING_EXPIRED again=false");
            assertThat(bot.heard.lines()).contains("qr scripted-qr-6").doesNotContain("qr scripted-qr-7");
            assertThat(bot.client.state()).isEqualTo(ClientState.DISCONNECTED);
            bot.transport.link(1).awaitClosed();
        }
    }

    @Test
    void codesAreShownOverTheNextLinkToo() {
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();
            bot.heard.await("qr scripted-qr-1");
            bot.transport.link(1).close(408, "QR refs attempts ended");
            bot.heard.await("qr scripted-qr-1", 2);
            assertThat(bot.heard.lines()).contains("disconnected CONNECTION_LOST again=true");
        }
    }

    @Test
    void whatAnUnusedCodeLeftBehindDoesNotLogIn() {
        try (Bot bot = Bot.fresh()) {
            bot.client.connect();
            bot.heard.await("qr scripted-qr-1");
            JsonObject me = JsonObject.builder()
                    .put("id", new JsonString(Bot.NUMBER + "@s.whatsapp.net"))
                    .put("name", new JsonString("~"))
                    .build();
            bot.transport
                    .link(1)
                    .run(() -> bot.transport
                            .link(1)
                            .host()
                            .write(KeyChanges.none()
                                    .credentials(JsonObject.builder()
                                            .put("me", me)
                                            .put("pairingCode", new JsonString("AAAA1111"))
                                            .build())))
                    .join();
            bot.transport.link(1).close(428, "Connection Terminated");
            bot.timers.pass(Duration.ofSeconds(3));
            bot.heard.await("qr scripted-qr-1", 2);

            JsonObject credentials =
                    (JsonObject) JsonValue.parse(bot.transport.link(2).host().credentials());
            assertThat(credentials.names()).contains("noiseKey").doesNotContain("me", "pairingCode");
        }
    }

    @Test
    void connectingWithATimeSaysWhoWeAreOrWhyNot() throws Exception {
        try (Bot bot = Bot.paired()) {
            assertThat(bot.client.connect(Duration.ofSeconds(20)).id()).isEqualTo(Bot.ME);
        }
        try (Bot bot = Bot.fresh()) {
            assertThatThrownBy(() -> bot.client.connect(Duration.ofMillis(1))).isInstanceOf(TimeoutException.class);
        }
        try (Bot bot = Bot.paired()) {
            bot.transport.next(link -> link.close(403, "Connection Failure"));
            assertThatThrownBy(() -> bot.client.connect(Duration.ofSeconds(20)))
                    .isInstanceOfSatisfying(
                            DisconnectedException.class,
                            e -> assertThat(e.disconnection().orElseThrow().reason())
                                    .isEqualTo(DisconnectReason.FORBIDDEN));
        }
    }

    @Test
    void credentialsThatWereStoredAreTold() {
        try (Bot bot = Bot.fresh()) {
            bot.client.onCredentialsChanged(credentials -> bot.heard.add("credentials paired=" + credentials.paired()));
            bot.client.connect();
            bot.transport.link(1).pair(Bot.NUMBER);
            bot.heard.await("credentials paired=true");
            assertThat(List.of(bot.client.session().name())).containsExactly("default");
        }
    }
}
