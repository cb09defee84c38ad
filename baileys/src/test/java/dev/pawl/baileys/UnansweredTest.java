package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.TransportException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each question that Baileys asks the server in a login and for a message, unanswered once. Its own minute of patience is
 * made shorter; {@code UnansweredSoakTest} waits for it.
 */
class UnansweredTest {

    private static final JsonObject IMPATIENT = JsonObject.builder()
            .put("defaultQueryTimeoutMs", JsonNumber.of(250))
            .build();

    private static final int ATTEMPTS = 10;

    /** Asked of each person once, behind the back of the first message to them: whenever that is, it is in no other login. */
    private static final String TOKENS = "privacy/set/tokens";

    @TempDir
    Path directory;

    private Program program(WhatsAppStandIn standIn, String... locators) {
        return Program.open(
                standIn.transport(directory.resolve("cache"))
                        .socketOptions(IMPATIENT)
                        .loginTimeout(Duration.ofSeconds(3))
                        .build(),
                "main",
                locators);
    }

    private static void works(WhatsAppStandIn standIn, Program program, Device device, String about) throws Exception {
        program.connect();
        standIn.awaitLive(device);
        standIn.send(ANA, device, "to you after " + about);
        // Baileys keeps it to itself for 20 seconds when it has not looked at the state that devices share.
        program.message("to you after " + about, Program.PATIENCE.multipliedBy(2));
        standIn.awaitMessage(ANA, sent(program, "to me after " + about));
        assertThat(program.sawQr()).isFalse();
    }

    /**
     * What is asked for a message may be what is lost: then it could not be sent, says so, and can be the next time. It may
     * also come too late where the machine is busy, with so little patience.
     */
    private static String sent(Program program, String text) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return program.client.send(ANA.lid(), Content.text(text)).key().id();
            } catch (TransportException e) {
                assertThat(e).hasMessageContaining("did not answer");
                assertThat(attempt).isLessThan(ATTEMPTS);
            }
        }
    }

    @OnEachStore
    void eachQuestionOfALogin(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Device device = pair(standIn, kind);
            try (Program program = program(standIn, kind.locators(directory))) {
                works(standIn, program, device, "pairing");
                eachQuestionOfALogin(standIn, program, device);
            }
            assertThat(standIn.failures(ANA)).isEmpty();
        }
    }

    /** With the usual patience. */
    private Device pair(WhatsAppStandIn standIn, StoreKind kind) throws Exception {
        BaileysTransport transport =
                standIn.transport(directory.resolve("cache")).build();
        try (Program program = Program.open(transport, "main", kind.locators(directory))) {
            return program.pair(standIn);
        }
    }

    private static void eachQuestionOfALogin(WhatsAppStandIn standIn, Program program, Device device) throws Exception {
        Wire wire = new Wire(standIn);
        wire.asked();
        standIn.close(device, "stream-end");
        program.connect();
        works(standIn, program, device, "the first time");
        Set<String> asked = new LinkedHashSet<>(wire.asked());
        asked.remove(TOKENS);
        assertThat(asked)
                .contains(
                        "encrypt/get/count",
                        "passive/set/active",
                        "encrypt/get/digest",
                        "abt/get/props",
                        "blocklist/get/",
                        "privacy/get/privacy",
                        "usync/get/usync",
                        "encrypt/get/key");

        for (String question : asked) {
            wire.loses(Wire.Part.QUESTION, question, 1);
            standIn.close(device, "stream-end");
            program.end();
            works(standIn, program, device, question);
            program.forgetEnds();
            assertThat(wire.losesNothing()).as(question + " was lost").isZero();
        }
    }

    /** Pre-keys were announced, and nobody knows whether they arrived. */
    @OnEachStore
    void thePreKeysOfAPairing(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Wire wire = new Wire(standIn);
            for (Wire.Part part : Wire.Part.values()) {
                try (Program program =
                        program(standIn, kind.locators(Files.createDirectory(directory.resolve(part.name()))))) {
                    wire.loses(part, "encrypt/set/registration", 1);
                    Device device = program.link(standIn);
                    works(standIn, program, device, part + " of pre-keys");
                    standIn.close(device, "stream-end");
                    program.end();
                    works(standIn, program, device, part + " of pre-keys, later");
                    assertThat(wire.losesNothing()).as(part + " was lost").isZero();
                    Wire.PreKeys keys = wire.preKeys(device);
                    assertThat(keys.announced()).doesNotHaveDuplicates();
                    assertThat(keys.here()).hasSizeGreaterThan(100).doesNotHaveDuplicates();
                }
            }
        }
    }
}
