package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.ClientState;
import dev.pawl.Content;
import dev.pawl.DisconnectReason;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;
import dev.pawl.message.WaMessage;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A linked device from its pairing to its logout, with restarts in between, on real Baileys. */
class ClientStoryTest {

    @TempDir
    Path directory;

    private Program program(WhatsAppStandIn standIn, StoreKind stores, String session) {
        return Program.open(standIn.transport(directory.resolve("cache")).build(), session, stores.locators(directory));
    }

    @OnEachStore
    void pairsReceivesSendsRestartsAndGoesOnWithTheSameRatchet(StoreKind stores) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Device device;
            try (Program program = program(standIn, stores, "main")) {
                device = program.pair(standIn);

                String hello = standIn.send(ANA, device, "hello");
                WaMessage received = program.message();
                assertThat(received.key().id()).isEqualTo(hello);
                assertThat(received.text()).contains("hello");
                standIn.awaitReceipt(ANA, hello);

                WaMessage sent = program.client.send(ANA.lid(), Content.text("hi Ana"));
                assertThat(standIn.awaitMessage(ANA, sent.key().id()).text()).isEqualTo("hi Ana");
                assertThat(standIn.awaitMessage(ME, sent.key().id()).text()).isEqualTo("hi Ana");
                assertThat(program.pawl.messages("main").message(sent.key())).isPresent();

                standIn.send(ANA, device, "how are you");
                program.message("how are you");
                assertThat(program.errors).isEmpty();
            }
            standIn.awaitGone(device);
            String missed = standIn.send(ANA, device, "while you were out");

            try (Program program = program(standIn, stores, "main")) {
                program.connect();
                WaMessage late = program.message("while you were out");
                assertThat(late.key().id()).isEqualTo(missed);
                assertThat(program.sawQr()).isFalse();
                standIn.awaitEmptyQueue(device);

                standIn.send(ANA, device, "and now");
                program.message("and now");
                WaMessage answer = program.client.send(ANA.lid(), Content.text("back again"));
                assertThat(standIn.awaitMessage(ANA, answer.key().id()).text()).isEqualTo("back again");
                assertThat(standIn.failures(ANA)).isEmpty();
                assertThat(program.errors).isEmpty();
            }
        }
    }

    /** The one that destroys, so it is tried everywhere in every build. */
    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void logoutClearsItsSessionAndNothingElse(StoreKind stores) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            try (Program other = program(standIn, stores, "other")) {
                other.pair(standIn);
            }
            try (Program program = program(standIn, stores, "main")) {
                program.pair(standIn);
                standIn.send(ANA, "keep this");
                program.message("keep this");

                program.client.logout();

                assertThat(program.client.state()).isEqualTo(ClientState.LOGGED_OUT);
                assertThat(program.client.credentials()).isEmpty();
                assertThat(program.pawl.auth("main").types()).isEmpty();
                Eventually.holds(() -> assertThat(program.pawl.messages("main").count(ANA.lid()))
                        .isPositive());
                assertThat(program.pawl.authReadOnly("other").credentials()).isPresent();
                assertThat(program.pawl.authReadOnly("other").ids(KeyType.PRE_KEY))
                        .isNotEmpty();
            }
            try (Program other = program(standIn, stores, "other")) {
                other.connect();
                assertThat(other.sawQr()).isFalse();
            }
        }
    }

    @OnEachStore
    void pairsByCode(StoreKind stores) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(standIn, stores, "main")) {
            program.client.connect();
            String code = program.client.requestPairingCode("+" + ME.number());
            Device device = standIn.enterCode(code);
            program.connect();

            assertThat(program.client.credentials().orElseThrow().me()).isPresent();
            standIn.send(ANA, device, "welcome");
            program.message("welcome");
        }
    }

    @OnEachStore
    void talksInAGroupWithSenderKeys(StoreKind stores) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(standIn, stores, "main")) {
            Device device = program.pair(standIn);
            String group = standIn.group("Warung", ANA, ME);

            standIn.sendGroup(ANA, group, "halo semua");
            assertThat(program.message("halo semua").chat()).isEqualTo(group);
            WaMessage first = program.client.send(group, Content.text("halo juga"));
            WaMessage second = program.client.send(group, Content.text("dua"));

            assertThat(standIn.awaitMessage(ANA, first.key().id()).type()).endsWith("skmsg");
            assertThat(standIn.awaitMessage(ANA, second.key().id()).type()).isEqualTo("skmsg");
            assertThat(program.pawl.auth("main").ids(KeyType.SENDER_KEY))
                    .hasSize(2)
                    .as("hers, and that of this very device")
                    .containsOnlyOnce(group + "::" + ME.lidUser() + "_1::" + device.id())
                    .allMatch(id -> id.startsWith(group + "::"));
        }
    }

    @OnEachStore
    void whatCouldNotBeReadIsSentAgain(StoreKind stores) throws Exception {
        JsonObject forgetful = JsonObject.builder()
                .put("enableRecentMessageCache", JsonBoolean.FALSE)
                .build();
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache"))
                                .socketOptions(forgetful)
                                .build(),
                        "main",
                        stores.locators(directory))) {
            Device device = program.pair(standIn);
            standIn.send(ANA, device, "one");
            program.message("one");
            standIn.awaitMessage(
                    ANA,
                    program.client.send(ANA.lid(), Content.text("two")).key().id());

            standIn.forget(ANA, device);
            String lost = program.client
                    .send(ANA.lid(), Content.text("out of the history"))
                    .key()
                    .id();
            assertThat(standIn.awaitMessage(ANA, lost).text()).isEqualTo("out of the history");
            assertThat(standIn.failures(ANA)).hasSize(1);

            standIn.sendBroken(ANA, device, "broken, then whole");
            program.message("broken, then whole");
        }
    }

    @OnEachStore
    void stateOfThePhoneIsReadWithKeysFromTheStore(StoreKind stores) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Device device;
            try (Program program = program(standIn, stores, "main")) {
                device = program.pair(standIn);
                standIn.awaitEmptyQueue(device);
                standIn.send(ANA, device, "first things first");
                program.message("first things first");
            }
            standIn.awaitGone(device);
            try (Program program = program(standIn, stores, "main")) {
                CompletableFuture<String> named = new CompletableFuture<>();
                program.client.onCredentialsChanged(credentials -> credentials
                        .me()
                        .flatMap(Credentials.Me::name)
                        .filter("Warung Saya"::equals)
                        .ifPresent(named::complete));
                program.connect();
                standIn.awaitLive(device);
                standIn.renamed(device, "Warung Saya");
                assertThat(named.get(20, TimeUnit.SECONDS)).isEqualTo("Warung Saya");
            }
        }
    }

    @OnEachStore
    void aForgedSignatureOfThePhonePairsNothing(StoreKind stores) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(standIn, stores, "main")) {
            program.client.connect();

            standIn.scanForged(program.qr(), "signature");

            assertThat(program.end().reason()).isEqualTo(DisconnectReason.BAD_SESSION);
            assertThat(program.client.credentials().orElseThrow().me()).isEmpty();
            Device device = standIn.scan(program.qr());
            program.connect();
            assertThat(program.client
                            .credentials()
                            .orElseThrow()
                            .me()
                            .orElseThrow()
                            .id())
                    .isEqualTo(device.jid());
        }
    }
}
